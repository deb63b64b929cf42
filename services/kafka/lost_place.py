"""Where reading goes on when a log no longer holds the record that was to be read next.

A log loses its beginning to retention and to whoever deletes records, and its end with a disk, a
power cut or a leader that had not copied everything; a topic made again has lost both. The broker
then answers "offset out of range", and a client that resets its position by itself says nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.errors import OffsetOutOfRangeError

from services.kafka.value import Position
from services.telemetry.log import get_log
from services.telemetry.metric import POSITIONS_LOST, RECORDS_GONE

OUTAGE_MARGIN_MS = 10 * 60 * 1000
"""Clocks, and a reader that notices late, may differ by so much. In milliseconds."""

log = get_log()


class Loss(StrEnum):
    """What a log has lost of what was before a position, or at it."""

    BEGINNING = "beginning"
    END = "end"


@dataclass(frozen=True)
class Place:
    """Where to go on, and why not at the position that was next."""

    offset: int
    loss: Loss


FindPlace = Callable[[Position, int], Awaitable[Place]]
"""Finds where to go on in a log that does not hold the given offset."""


def judge_loss(offset: int, begin: int) -> Loss:
    """What was lost, of a log that the broker says does not reach to an offset.

    An offset that is not below the beginning was beyond the end, even if the log has grown since.
    """
    return Loss.BEGINNING if offset < begin else Loss.END


def choose_place(offset: int, begin: int, end: int, since: int | None) -> Place:
    """Choose where to go on.

    Where the end was lost, new records stand at offsets that had been read before, so reading
    begins again at the last ones that are surely older than the outage: to read a record twice
    costs nothing, its answer is known; to pass over a new one loses a job.

    Args:
        since: The first record that may be younger than the outage; None where it is not known.
    """
    loss = judge_loss(offset, begin)
    if loss is Loss.BEGINNING:
        return Place(begin, loss)
    return Place(begin if since is None else max(begin, min(since, end)), loss)


def tell_gone(position: Position, offset: int, begin: int, end: int) -> None:
    """Say how many offsets a log has lost at its beginning before they were read, if any."""
    if offset < begin:
        tell_loss(position, offset, begin, end, Place(begin, Loss.BEGINNING))


def tell_loss(position: Position, offset: int, begin: int, end: int, place: Place) -> None:
    """Say what was lost: once for each time that a position was."""
    topic, partition = position
    POSITIONS_LOST.labels(topic, place.loss.value).inc()
    bound = log.bind(topic=topic, partition=partition, next=offset, begin=begin, end=end)
    if place.loss is Loss.BEGINNING:
        RECORDS_GONE.labels(topic).inc(begin - offset)
        bound.error("log_lost_beginning", records_gone=begin - offset)
    else:
        bound.critical("log_lost_end", read_again_from=place.offset)


def read_lost(error: OffsetOutOfRangeError) -> Mapping[Position, int]:
    """The positions that an error of the client names."""
    return {(tp.topic, tp.partition): offset for tp, offset in error.args[0].items()}
