"""Folds facts into a small state per job. The order of the facts does not matter."""

from dataclasses import dataclass

from services.cli.audit.fact import Fact
from services.cli.audit.inlet import OFFSET_BITS, Role

MAX_SETTLED = 500_000
"""Settled jobs in one generation; two are kept, at about 100 bytes a job."""

GENERATION_MS = 60 * 60 * 1000

TRY_BITS = 40
LOG_SHIFT = TRY_BITS + OFFSET_BITS

ACCEPT_BIT = 1 << 8
DEAD_LETTER_BIT = 1 << 9


@dataclass(slots=True)
class JobState:
    """What is known of a job that is not settled.

    Attributes:
        asked: Bits of the asked stages; 0 when no record has accepted the job.
        answered: Bits of the stages that have a suggestion.
        doubled: Bits of what is there twice: a stage's suggestion, the accept, a dead letter.
        tried: Rank of the newest input: stage, then redrive, then attempt.
        failures: Ranks of the dead letters.
        waits: The last place in each log where a group must take the job on, with the redrive
            and attempt that it is for in the lowest bits.
        first_ms: When its first record was appended, in Unix milliseconds.
    """

    first_ms: int
    asked: int = 0
    accepts: int = 0
    answered: int = 0
    doubled: int = 0
    tried: int = 0
    is_cancelled: bool = False
    failures: tuple[int, ...] = ()
    waits: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the last asked stage has a suggestion."""
        return bool(self.asked) and self.answered.bit_length() >= self.asked.bit_length()

    @property
    def is_settled(self) -> bool:
        """Whether it completed without anything odd."""
        is_plain = self.accepts == 1 and not self.doubled and not self.failures
        return is_plain and self.asked == self.answered

    @property
    def is_only_heard_of(self) -> bool:
        """Whether nothing but an event names it."""
        return not (self.tried or self.answered or self.failures)

    def note(self, fact: Fact) -> None:
        """Add what a record says."""
        self.first_ms = min(self.first_ms, fact.at_ms)
        self.is_cancelled |= fact.is_cancelled
        if fact.asked:
            self.accepts += 1
            self.asked |= fact.asked
            self.doubled |= ACCEPT_BIT if self.accepts > 1 else 0
        if fact.role is Role.SUGGESTION:
            self.doubled |= self.answered & 1 << fact.stage
            self.answered |= 1 << fact.stage
        elif fact.role is Role.DEAD_LETTER:
            self._note_failure(rank(fact.stage, fact))
        if fact.place is not None:
            stage = fact.stage + (fact.role is Role.SUGGESTION)
            self.tried = max(self.tried, rank(stage, fact))
            self._note_wait(fact.place << TRY_BITS | fact.redrive << 20 | fact.attempt)

    def _note_failure(self, failure: int) -> None:
        if failure in self.failures:
            self.doubled |= DEAD_LETTER_BIT
        else:
            self.failures = (*self.failures, failure)

    def _note_wait(self, new: int) -> None:
        log = new >> LOG_SHIFT
        known = next((wait for wait in self.waits if wait >> LOG_SHIFT == log), new)
        others = tuple(wait for wait in self.waits if wait >> LOG_SHIFT != log)
        self.waits = (*others, max(new, known))


def rank(stage: int, fact: Fact) -> int:
    """Orders the inputs and the failures of a job: stage, then redrive, then attempt."""
    return (stage + 1) << TRY_BITS | fact.redrive << 20 | fact.attempt


class Account:
    """Every job, those that have settled in a few bytes each.

    Args:
        max_settled: Settled jobs in one generation; the older of two is only counted.
    """

    def __init__(self, max_settled: int = MAX_SETTLED) -> None:
        self.jobs: dict[bytes, JobState] = {}
        self.accepted = 0
        self.forgotten = 0
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        self._max_settled = max_settled
        self._newest_ms = 0
        self._turned_ms = 0

    @property
    def completed(self) -> int:
        """Jobs that have settled."""
        return len(self._young) + len(self._old) + self.forgotten

    def fold(self, fact: Fact) -> None:
        """Add what a record says."""
        self._newest_ms = max(self._newest_ms, fact.at_ms)
        state = self._find(fact)
        if state is None:
            return
        had_accept = bool(state.accepts)
        state.note(fact)
        self.accepted += bool(state.accepts) and not had_accept
        if state.is_settled:
            self._young[fact.job] = self.jobs.pop(fact.job).asked
            if len(self._young) >= self._max_settled:
                self._turn()

    def rest(self) -> None:
        """Forget what settled more than an hour ago. Call it when all logs are read to the end."""
        if self._newest_ms - self._turned_ms > GENERATION_MS:
            self._turn()

    def _find(self, fact: Fact) -> JobState | None:
        """The state that a fact changes; None where it says nothing new of a settled job."""
        settled = self._young.get(fact.job) or self._old.get(fact.job)
        if settled is None:
            return self.jobs.setdefault(fact.job, JobState(fact.at_ms))
        if not fact.asked and fact.role not in (Role.SUGGESTION, Role.DEAD_LETTER):
            return None
        self._young.pop(fact.job, None)
        self._old.pop(fact.job, None)
        reopened = JobState(fact.at_ms, asked=settled, accepts=1, answered=settled)
        self.jobs[fact.job] = reopened
        return reopened

    def _turn(self) -> None:
        self.forgotten += len(self._old)
        self._old, self._young = self._young, {}
        self._turned_ms = self._newest_ms
