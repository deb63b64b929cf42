"""Folds facts into a small state per job. The order of the facts does not matter."""

from dataclasses import dataclass
from typing import NamedTuple

from schemas.kafka.topics import TopicKind
from services.cli.audit.delivery import Marks, add_mark, has_again, rank
from services.cli.audit.fact import Fact
from services.cli.audit.repeat import NO_COST, Cost
from services.cli.audit.topic_role import OFFSET_BITS

MAX_SETTLED = 500_000
"""Settled jobs in one generation; two are kept, at about 100 bytes a job."""

GENERATION_MS = 60 * 60 * 1000

TRY_BITS = 40
LOG_SHIFT = TRY_BITS + OFFSET_BITS


@dataclass(slots=True)
class JobState:
    """What is known of a job that is not settled.

    Attributes:
        asked: Bits of the asked stages; 0 when no record has accepted the job.
        answered: Bits of the stages that have a suggestion.
        answers: Ranks of the suggestions, each as often as it is there.
        starts: The deliveries that were begun, each as often as it was.
        tried: Rank of the newest input: stage, then redrive, then attempt.
        failures: Ranks of the dead letters, each as often as it is there.
        waits: The last place in each log where a group must take the job on, with the redrive
            and attempt that it is for in the lowest bits.
        stops: The deliveries of which a worker said that it was interrupted.
        wasted: What the answers after the first of each stage have cost, in the log's order.
        is_lost: Whether a dead letter says that its record was deleted.
        repeats: Kind and stage of the records that say that they may be repeated.
        first_ms: When its first record was appended, in Unix milliseconds.
    """

    first_ms: int
    asked: int = 0
    accepts: int = 0
    answered: int = 0
    answers: Marks = ()
    starts: Marks = ()
    tried: int = 0
    is_cancelled: bool = False
    failures: Marks = ()
    waits: tuple[int, ...] = ()
    stops: Marks = ()
    wasted: Cost = NO_COST
    is_lost: bool = False
    repeats: tuple[tuple[TopicKind, int], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the last asked stage has a suggestion."""
        return bool(self.asked) and self.answered.bit_length() >= self.asked.bit_length()

    @property
    def is_settled(self) -> bool:
        """Whether it completed without anything odd."""
        is_plain = self.accepts == 1 and not (self.failures or self.repeats or self.stops)
        is_plain = is_plain and not has_again(self.starts)
        is_answered_once = len(self.answers) == self.asked.bit_count()
        return is_plain and is_answered_once and self.asked == self.answered

    @property
    def is_only_heard_of(self) -> bool:
        """Whether nothing but an event names it."""
        return not (self.tried or self.answered or self.failures)

    def note(self, fact: Fact) -> None:
        """Add what a record says."""
        self.first_ms = min(self.first_ms, fact.at_ms)
        self.is_cancelled |= fact.is_cancelled
        self.is_lost |= fact.is_lost
        if fact.is_repeat:
            self.repeats = (*self.repeats, (fact.kind, fact.stage))
        if fact.asked:
            self.accepts += 1
            self.asked |= fact.asked
        if fact.start is not None:
            self.starts = add_mark(self.starts, fact.start)
        if fact.stop is not None:
            self.stops = add_mark(self.stops, fact.stop)
        if fact.kind is TopicKind.SUGGESTIONS:
            if self.answered & 1 << fact.stage and not fact.is_repeat:
                self.wasted += fact.cost
            self.answered |= 1 << fact.stage
            answer = rank(fact.stage, fact.redrive, fact.answered_attempt)
            self.answers = add_mark(self.answers, answer)
        elif fact.kind is TopicKind.DEAD_LETTERS:
            failure = rank(fact.stage, fact.redrive, fact.attempt)
            self.failures = add_mark(self.failures, failure)
        if fact.place is not None:
            stage = fact.stage + (fact.kind is TopicKind.SUGGESTIONS)
            self.tried = max(self.tried, rank(stage, fact.redrive, fact.attempt))
            self._note_wait(fact.place << TRY_BITS | fact.redrive << 20 | fact.attempt)

    def _note_wait(self, new: int) -> None:
        log = new >> LOG_SHIFT
        known = next((wait for wait in self.waits if wait >> LOG_SHIFT == log), new)
        others = tuple(wait for wait in self.waits if wait >> LOG_SHIFT != log)
        self.waits = (*others, max(new, known))


class Settled(NamedTuple):
    """What is kept of a settled job. Most jobs are alike, so they share one of these."""

    asked: int
    answers: Marks
    starts: Marks

    def begin(self, start: int) -> "Settled":
        """What is kept once a delivery was begun: events come late."""
        return self._replace(starts=add_mark(self.starts, start))

    def has_begun(self, start: int) -> bool:
        """Whether the same delivery was begun before."""
        return has_again((*self.starts, start))

    def reopen(self, at_ms: int) -> JobState:
        """The job as one that is not settled."""
        asked, answers, starts = self
        return JobState(at_ms, asked, 1, answered=asked, answers=answers, starts=starts)


class JobAccount:
    """Every job, those that have settled in a few bytes each.

    Args:
        max_settled: Settled jobs in one generation; the older of two is only counted.
    """

    def __init__(self, max_settled: int = MAX_SETTLED) -> None:
        self.jobs: dict[bytes, JobState] = {}
        self.accepted = 0
        self.forgotten = 0
        self._young: dict[bytes, Settled] = {}
        self._old: dict[bytes, Settled] = {}
        self._shared: dict[Settled, Settled] = {}
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
            del self.jobs[fact.job]
            self._young[fact.job] = self._share(Settled(state.asked, state.answers, state.starts))
            if len(self._young) >= self._max_settled:
                self._turn()

    def rest(self) -> None:
        """Forget what settled more than an hour ago. Call it when all logs are read to the end."""
        if self._newest_ms - self._turned_ms > GENERATION_MS:
            self._turn()

    def _find(self, fact: Fact) -> JobState | None:
        """The state that a fact changes; None where it says nothing new of a settled job."""
        generation = self._young if fact.job in self._young else self._old
        settled = generation.get(fact.job)
        if settled is None:
            return self.jobs.setdefault(fact.job, JobState(fact.at_ms))
        is_odd = fact.stop is not None or (fact.start is not None and settled.has_begun(fact.start))
        if is_odd or fact.asked or fact.kind in (TopicKind.SUGGESTIONS, TopicKind.DEAD_LETTERS):
            del generation[fact.job]
            return self.jobs.setdefault(fact.job, settled.reopen(fact.at_ms))
        if fact.start is not None:
            generation[fact.job] = self._share(settled.begin(fact.start))
        return None

    def _share(self, settled: Settled) -> Settled:
        return self._shared.setdefault(settled, settled)

    def _turn(self) -> None:
        self.forgotten += len(self._old)
        self._old, self._young = self._young, {}
        self._shared = {}
        self._turned_ms = self._newest_ms
