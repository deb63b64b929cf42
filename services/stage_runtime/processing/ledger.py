"""What a stage has already answered, so that a redelivered record costs no call."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from schemas.kafka.headers import Headers, decode_headers, salvage_headers
from schemas.kafka.topics import TopicKind
from services.kafka.value import ConsumedRecord

MAX_ENTRIES = 200_000
"""Bounds the memory; at 60 jobs a second this reaches back an hour."""

FailedAttempt = tuple[int, int]
Origin = tuple[str | None, int | None, int | None]
"""Topic, partition and offset."""


class Ledger:
    """The answers of one stage, by job.

    A success answers a job for good. A failure answers the (redrive, attempt) that failed. What
    cannot be read names no job and no attempt: of that, the dead letters' places are known.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._answers: OrderedDict[bytes, FailedAttempt | None] = OrderedDict()
        self._given_up: OrderedDict[Origin, None] = OrderedDict()
        self._max_entries = max_entries

    def note_success(self, key: bytes) -> None:
        """Remember that the job with this key is answered."""
        self._note(key, None)

    def note_failure(self, key: bytes, redrive: int, attempt: int) -> None:
        """Remember that this attempt at the job has failed, unless the job succeeded."""
        failure = (redrive, attempt)
        noted = self._answers.get(key, (-1, 0))
        if noted is not None:
            self._note(key, max(noted, failure))

    def is_answered(self, key: bytes, headers: Headers) -> bool:
        """Whether this delivery needs no call: it, a later one, or any success is on record."""
        if key not in self._answers:
            return False
        noted = self._answers[key]
        return noted is None or noted >= (headers.redrive, headers.attempt)

    def is_given_up(self, source: ConsumedRecord) -> bool:
        """Whether the record at this place is a dead letter already."""
        return (source.topic, source.partition, source.offset) in self._given_up

    def note_dead_letter(self, headers: Headers) -> None:
        """Remember where a dead letter came from."""
        place = (headers.origin_topic, headers.origin_partition, headers.origin_offset)
        self._given_up[place] = None
        if len(self._given_up) > self._max_entries:
            self._given_up.popitem(last=False)

    def note_output(self, output: ConsumedRecord, kind: TopicKind) -> None:
        """Remember what an output record says. Unreadable headers say nothing."""
        if kind is TopicKind.DEAD_LETTERS:
            self.note_dead_letter(salvage_headers(output.headers))
        if output.key is None:
            return
        if kind is TopicKind.SUGGESTIONS:
            self.note_success(output.key)
            return
        try:
            headers = decode_headers(output.headers)
        except ValueError:
            return
        # A retry record carries the attempt that it will be: n + 1 proves that n was answered.
        proved = headers.attempt - (kind is TopicKind.RETRIES)
        self.note_failure(output.key, headers.redrive, proved)

    def _note(self, key: bytes, answer: FailedAttempt | None) -> None:
        self._answers[key] = answer
        self._answers.move_to_end(key)
        if len(self._answers) > self._max_entries:
            self._answers.popitem(last=False)


class Turns:
    """One record of a job at a time: a second one waits for the first one's outcome."""

    def __init__(self) -> None:
        self._locks: dict[bytes, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def take(self, key: bytes) -> AsyncIterator[None]:
        """Wait for the turn of a job, and give it up at the end."""
        lock, holders = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, holders + 1)
        try:
            async with lock:
                yield
        finally:
            self._release(key)

    def _release(self, key: bytes) -> None:
        lock, holders = self._locks.pop(key)
        if holders > 1:
            self._locks[key] = (lock, holders - 1)


def oldest_times(heads: Iterable[ConsumedRecord], margin_s: float) -> dict[int, int]:
    """From when answers must be read, per partition, in Unix milliseconds.

    Args:
        heads: The first open record of each input partition that has one.
        margin_s: How much earlier to begin.
    """
    times: dict[int, int] = {}
    for head in heads:
        start = max(0, head.timestamp_ms - int(margin_s * 1000))
        times[head.partition] = min(times.get(head.partition, start), start)
    return times
