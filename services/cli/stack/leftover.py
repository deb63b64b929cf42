"""What a stack has left in its data folder, by what it is for. Nothing else is ever removed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OWN = {
    "kafka": "the records of all jobs",
    "gateway.db": "the status tables, made anew from Kafka's records",
    "log": "the logs of the services",
    "*-agent*": "what each stage's workers keep",
    "model": "what they have learned of the model server",
    "jars": "Kafka's jars, fetched again when they are needed",
    "server.properties": "settings of the embedded Kafka",
    "log4j2.properties": "settings of its log",
    "stack.json": "which processes ran",
    "lock": "who held the folder",
}
"""Names of what a stack writes; gateway.db has companions beside it."""

SIGNS = ("gateway.db", "server.properties", "stack.json")


@dataclass(frozen=True)
class Leftover:
    """One thing in the folder.

    Attributes:
        size: In bytes, with all that is in it.
    """

    path: Path
    purpose: str
    size: int


def is_of_a_stack(data_dir: Path) -> bool:
    """Whether a stack has run in a folder. Another may hold a `log` or `kafka` of somebody's."""
    has_run = any((data_dir / name).exists() for name in SIGNS)
    return has_run and (data_dir / "lock").exists()


def find_leftovers(data_dir: Path) -> Iterator[Leftover]:
    """What is a stack's, in the order of the table. Links are told as they are, never followed."""
    for pattern, purpose in OWN.items():
        for path in sorted(data_dir.glob(f"{pattern}*" if pattern == "gateway.db" else pattern)):
            yield Leftover(path, purpose, _measure(path))


def find_others(data_dir: Path) -> list[Path]:
    """What somebody else has put there."""
    ours = {leftover.path for leftover in find_leftovers(data_dir)}
    return sorted(path for path in data_dir.iterdir() if path not in ours)


def remove(leftover: Leftover) -> None:
    """Remove one thing.

    Raises:
        OSError: It cannot be.
    """
    if leftover.path.is_dir() and not leftover.path.is_symlink():
        shutil.rmtree(leftover.path)
    else:
        leftover.path.unlink(missing_ok=True)


def _measure(path: Path) -> int:
    if path.is_dir() and not path.is_symlink():
        return sum(_measure(below) for below in path.iterdir())
    return path.lstat().st_size
