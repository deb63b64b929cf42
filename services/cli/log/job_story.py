"""What is written about one job: by the services of a stack, and in Kafka as the gateway read it.

Both have the time at which it happened, so they make one story.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from schemas.api.status import HistoryItem
from services.cli.log.line import KNOWN, parse_line, tell_fields

HISTORY = "history"
"""In place of a service: a fact of Kafka, which outlives every log."""
TOLD_OF_A_FACT = (
    "stage",
    "attempt",
    "redrive",
    "cause",
    "code",
    "retry_at",
    "message",
    "topic",
    "partition",
    "offset",
)


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


def tell_history(facts: Iterable[HistoryItem]) -> list[StoryLine]:
    """The facts of a job as lines of its story."""
    return [_tell_fact(fact) for fact in facts]


def _tell_fact(fact: HistoryItem) -> StoryLine:
    said = fact.model_dump(mode="json", include={*TOLD_OF_A_FACT}, exclude_none=True)
    said = {name: said[name] for name in TOLD_OF_A_FACT if name in said}
    if not fact.redrive:
        del said["redrive"]
    at = fact.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    level = "warning" if fact.needs_attention else "info"
    return StoryLine(at, HISTORY, fact.kind, level, str(fact.job_id), tell_fields(said, ()))


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
