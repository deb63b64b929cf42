"""The answers that attempts have kept in job.events, of this worker and of those before it."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.kafka.value import ConsumedRecord
from services.llm.exchange.answer import Answer
from services.stage_runtime.suggestion.answer_keeper import KeptAnswer

MOST_BYTES = 16 * 1024 * 1024
ANSWER = TypeAdapter(Answer)
MARK = f'"{EventKind.ANSWERED}"'.encode()

Attempt = tuple[bytes, int, int]
"""Key, redrive, attempt."""


def write_kept(answer: Answer) -> str:
    """An answer as an event holds it."""
    return ANSWER.dump_json(answer).decode()


@dataclass(frozen=True)
class _Kept:
    event: JobEvent
    question: str
    answer: Answer
    size: int


class KeptAnswers:
    """The kept answers of one stage; the oldest attempts go first when there are too many bytes."""

    def __init__(self, stage: StageName, most_bytes: int = MOST_BYTES) -> None:
        self._stage = stage
        self._most_bytes = most_bytes
        self._bytes = 0
        self._attempts: OrderedDict[Attempt, list[_Kept]] = OrderedDict()

    def note_event(self, record: ConsumedRecord) -> None:
        """Take in one record of job.events. To be called in the order of the offsets."""
        if record.key is None or MARK not in (record.value or b""):
            return
        try:
            event = JobEvent.from_json(record.value or b"")
        except ValidationError:
            return
        if event.stage is self._stage:
            self.note(record.key, event)

    def note(self, key: bytes, event: JobEvent) -> None:
        """Take in an answer. One that cannot be read is asked for again."""
        if event.kind is not EventKind.ANSWERED or event.question is None:
            return
        try:
            answer = ANSWER.validate_json(event.answer or "")
        except ValidationError:
            return
        attempt = (key, event.redrive, event.attempt)
        kept = self._attempts.setdefault(attempt, [])
        if any(other.event.at == event.at for other in kept):
            return  # the same answer, published twice or read back
        size = len(answer.content)
        kept.append(_Kept(event.model_copy(update={"answer": None}), event.question, answer, size))
        self._bytes += size
        self._attempts.move_to_end(attempt)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._attempts)))

    def find(self, key: bytes, headers: Headers) -> tuple[KeptAnswer, ...]:
        """The answers of the attempt that a delivery is.

        What was kept before its record was published anew costs nothing: its cost is in the
        record's header.
        """
        kept = self._attempts.get((key, headers.redrive, headers.attempt), ())
        parked = headers.parked or 0
        return tuple(
            (item.question, _paid(item.answer) if item.event.parked < parked else item.answer)
            for item in kept
        )

    def forget(self, key: bytes, headers: Headers) -> None:
        """The attempt has come to its end."""
        self._forget((key, headers.redrive, headers.attempt))

    def _forget(self, attempt: Attempt) -> None:
        self._bytes -= sum(item.size for item in self._attempts.pop(attempt, ()))


def _paid(answer: Answer) -> Answer:
    return replace(answer, worst_usd=0.0, cost_usd=None if answer.cost_usd is None else 0.0)
