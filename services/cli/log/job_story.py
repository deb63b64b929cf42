"""What the services of a stack have written about one job, in the order in which they did."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.cli.log.line import KNOWN, parse_line, tell_fields


@dataclass(frozen=True, order=True)
class StoryLine:
    """One line about a job.

    Attributes:
        at: When it was written, as the service says: UTC, ISO 8601.
        told: What it says besides, in its order.
    """

    at: str
    service: str
    action: str
    level: str
    job_id: str
    told: str


def read_story(folder: Path, beginning: str) -> list[StoryLine]:
    """All lines about jobs whose id begins so, in files that were turned over, too."""
    lines = {line for path in folder.glob("*.log*") for line in _read(path, beginning.lower())}
    return sorted(lines)


def _read(path: Path, beginning: str) -> Iterator[StoryLine]:
    wanted = f'"{beginning}'.encode()
    with path.open("rb") as file:
        for raw in file:
            line = _parse(raw, path.name.partition(".")[0]) if wanted in raw else None
            if line is not None and line.job_id.startswith(beginning):
                yield line


def _parse(raw: bytes, name: str) -> StoryLine | None:
    said = parse_line(raw)
    if said is None or not isinstance(said.get("job_id"), str):
        return None
    told = tell_fields(said, (*KNOWN, "job_id"))
    of_line = (str(said.get(key, "")) for key in ("at", "service", "action", "level"))
    at, service, action, level = of_line
    return StoryLine(at, service or name, action, level, said["job_id"], told)
