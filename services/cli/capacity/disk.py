"""What records and rows take on disk, by how long each is kept."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.kafka.topics import DAY_MS, TopicKind, TopicNames, TopicRole
from services.cli.capacity import measured
from services.cli.capacity.load import Load
from services.cli.settings.term import Terms

MARGIN = 1.3
"""A segment goes as a whole, when its newest record is due; and no disk is to be full."""

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Disk:
    """What is on disk once everything is as old as it may get.

    Attributes:
        topics: Bytes on all brokers together, by what the topics hold; every copy counts.
        tables: Bytes of the gateway's tables; None where jobs are kept for ever.
        tables_per_day: By how many bytes they grow a day, before anything is taken out.
    """

    topics: Mapping[TopicKind, float]
    tables: float | None
    tables_per_day: float

    @property
    def brokers(self) -> float:
        """Bytes on all brokers together."""
        return sum(self.topics.values())

    @property
    def largest(self) -> list[tuple[TopicKind, float]]:
        """What the topics hold, the most first; nothing that is empty."""
        kept = [(kind, size) for kind, size in self.topics.items() if size]
        return sorted(kept, key=lambda part: -part[1])


def measure_disk(load: Load, terms: Terms) -> Disk:
    """What a load leaves behind, were every minute like the fullest one."""
    jobs_per_day = load.jobs_per_min * MINUTES_A_DAY
    names, topics = TopicNames(), defaultdict[TopicKind, float](float)
    for spec in names.all():
        role = names.describe(spec.name)
        is_first_tier = spec.name in {names.retries(s.stage)[0] for s in load.stages}
        if role.kind is TopicKind.RETRIES and not is_first_tier:
            continue  # what waits twice is little beside what waits once
        kept = jobs_per_day * spec.retention_ms / DAY_MS
        topics[role.kind] += sum(_bytes_of(role, load)) * kept * terms.replicas * MARGIN
    per_day = jobs_per_day * _row_bytes(load)
    tables = per_day * terms.keep_days * MARGIN if terms.keep_days else None
    return Disk(topics, tables, per_day)


def _bytes_of(role: TopicRole, load: Load) -> Iterator[float]:
    """What a job puts into a topic, in bytes, a part at a time."""
    if role.kind is TopicKind.EVENTS:
        event = measured.EVENT_BYTES + measured.HEADER_BYTES
        yield from (s.deliveries * max(1.0, s.calls) * event for s in load.stages)
    for place, (stage, body) in enumerate(zip(load.stages, load.came_as, strict=True)):
        if stage.stage is not role.stage:
            continue
        came_as = _record_bytes(body, place)
        match role.kind:
            case TopicKind.REQUESTS:
                yield came_as * (stage.retries + (place == 0))
            case TopicKind.SUGGESTIONS:
                yield _record_bytes(stage.record_bytes, place + 1)
            case TopicKind.RETRIES:
                yield came_as * stage.retries
            case TopicKind.DEAD_LETTERS:
                yield came_as * load.failed / len(load.stages)


def _record_bytes(body: int, answered: int) -> int:
    """A record with its headers, and with what each stage that has answered says of its calls."""
    return body + measured.HEADER_BYTES + answered * measured.PROVENANCE_BYTES


def _row_bytes(load: Load) -> float:
    """The tables keep the request, and each stage's record as it was published."""
    results = (
        stage.record_bytes + place * measured.PROVENANCE_BYTES
        for place, stage in enumerate(load.stages, 1)
    )
    return measured.ROWS_BYTES + measured.PAGE_SLACK * (load.request_bytes + sum(results))
