"""The pinned jars of Apache Kafka: what the lock file lists, and each one's place in a cache."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

LOCK_NAME = "jars.lock"
_LINE = re.compile(r"([^:\s]+):([^:\s]+):([^:\s]+) sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Jar:
    """One pinned jar by its Maven coordinate.

    Attributes:
        sha256: The sum of the file, lower-case hex. A file with another sum is never used.
    """

    group: str
    artifact: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    def path_in(self, repository: Path) -> Path:
        folder = repository.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"

    def is_at(self, path: Path) -> bool:
        """Whether the file is there, whole, and the pinned one."""
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


def parse_lock(text: str) -> list[Jar]:
    """Read the lock file's lines; blank ones and those that begin with # are skipped.

    Raises:
        ValueError: A line is not `group:artifact:version sha256:<hex>`.
    """
    lines = (line.strip() for line in text.splitlines())
    return [_parse_line(line) for line in lines if line and not line.startswith("#")]


def _parse_line(line: str) -> Jar:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a line of {LOCK_NAME}: {line}")
    return Jar(*match.groups())


def load_lock() -> list[Jar]:
    return parse_lock(files(__package__).joinpath(LOCK_NAME).read_text(encoding="utf-8"))
