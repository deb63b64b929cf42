"""Tells whether the topics are those that the tables were filled from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from schemas.kafka.topics import TopicRole
from services.gateway.projection.log import LogReader, wait_for_leaders
from services.gateway.projection.store import Projection, load_marks, load_times
from services.kafka import ConsumedRecord, Position
from services.lifecycle import exit_status
from services.lifecycle.shutdown import refuse_at_once
from services.telemetry.log import get_log

LOOK_S = 2.0
MAX_RECORDS = 500
MAX_LOOKS = 50

Read = Callable[..., Awaitable[Any]]
"""Reads from the tables."""

Mark = tuple[int, int]
"""Offset and append time, in Unix milliseconds, of a record that a log held."""

log = get_log()


class OtherHistoryError(Exception):
    """The topics are others than those that the tables were filled from."""

    def __init__(self, position: Position) -> None:
        topic, partition = position
        super().__init__(f"{topic} [{partition}] has begun again: the next start fills the tables")


async def project(
    prepare: Callable[[], Awaitable[None]], run: Callable[[], Awaitable[None]]
) -> None:
    """Fill the tables, once every partition has a leader; another history ends the process."""
    await wait_for_leaders(prepare)
    try:
        await run()
    except OtherHistoryError as error:
        refuse_at_once(str(error), exit_status.BUG)


async def is_other_history(
    reader: LogReader, read: Read, projection: Projection, cluster_id: str
) -> bool:
    """Whether the topics are others. The reader is left somewhere."""
    if projection.cluster_id != cluster_id:
        return True
    end, known = await reader.end_offsets(), projection.positions
    shorter = next((at for at, n in known.items() if at in end and end[at] < n), None)
    marks = await read(load_marks, list(known))
    other = shorter or await find_strange(reader, marks)
    if other is not None:
        log.critical("other_history", topic=other[0], partition=other[1])
    return other is not None


async def find_strange(reader: LogReader, marks: Mapping[Position, Mark]) -> Position | None:
    """A log that holds another record than it did; None where none does, or none can tell.

    A topic that was made again, or a log that lost its end, may have grown past the position since.
    Of a record that retention or compaction has taken away, nothing is said.
    """
    begin, end = await reader.begin_offsets(), await reader.end_offsets()
    left = {at: m for at, m in marks.items() if at in end and begin[at] <= m[0] < end[at]}
    await reader.seek(end | {at: offset for at, (offset, _) in left.items()})
    for _ in range(MAX_LOOKS):
        records = await reader.read(LOOK_S, MAX_RECORDS) if left else []
        if not records:
            return None
        for record in records:
            offset, at_ms = left.pop((record.topic, record.partition), (None, None))
            if offset == record.offset and at_ms != record.timestamp_ms:
                return record.topic, record.partition
    return None


def list_new(
    records: Sequence[ConsumedRecord],
    positions: Mapping[Position, int],
    roles: Mapping[str, TopicRole],
) -> list[ConsumedRecord]:
    """What has not been folded yet, in the order in which it happened.

    Topics have no order between them: by time, a job's history reads as it was. A record that was
    read twice would be counted in its job's facts, and leave a gap there.
    """
    new = (r for r in records if r.offset >= positions.get((r.topic, r.partition), 0))
    return sorted(new, key=lambda record: (record.timestamp_ms, roles[record.topic].kind))


async def find_restart(
    read: Read, records: Sequence[ConsumedRecord], positions: Mapping[Position, int]
) -> Position | None:
    """A log that begins again under its reader; None where none does.

    A record below the position that is the one which was folded has only been read twice.
    """
    lower = [r for r in records if r.offset < positions.get((r.topic, r.partition), 0)]
    places = [(r.topic, r.partition, r.offset) for r in lower]
    times = await read(load_times, places) if lower else {}
    for record, place in zip(lower, places, strict=True):
        if times.get(place, record.timestamp_ms) != record.timestamp_ms:
            log.critical("other_history", topic=record.topic, partition=record.partition)
            return record.topic, record.partition
    return None
