"""Says of every job where it stands and what is off with it. Pure."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from schemas.stage import STAGE_ORDER
from services.cli.audit.duplicate import find_again, find_duplicates
from services.cli.audit.fact import name_job
from services.cli.audit.job_account import TRY_BITS, JobAccount, JobState
from services.cli.audit.repeat import Cause, Cost
from services.cli.audit.report import Deletion, Finding, Note, Report, Standing, Wrong
from services.cli.audit.topic_role import TopicMap
from services.kafka import Position


@dataclass(frozen=True)
class Judge:
    """Judges jobs by what their groups have committed.

    Attributes:
        committed: The next offset of each log, read after the logs themselves.
        horizon_ms: A job whose first record is older may have lost records to retention.
        begin: The first offset that each log still holds, read before the groups' offsets.
        suspects: What was found a look ago; only that is found now. None: there was no look.
    """

    topics: TopicMap
    committed: Mapping[Position, int]
    horizon_ms: int = 0
    suspects: Container[Finding] | None = None
    begin: Mapping[Position, int] = field(default_factory=dict)

    def report(self, account: JobAccount) -> Report:
        """Judge all jobs.

        Returns:
            What holds now. Something off that was no suspect is taken for under way.
        """
        standings = Counter({Standing.COMPLETED: account.completed})
        findings: set[Finding] = set()
        notes: set[Note] = set()
        expired, causes, wasted = 0, Counter[Cause](), Cost()
        for job, state in account.jobs.items():
            causes += find_again(state)
            wasted += state.wasted
            if not state.accepts and self._is_expired(state, account):
                expired += 1
                continue
            found = [f for f in self._find(name_job(job), state) if self._is_sure(f)]
            findings |= {*found}
            notes |= {*_note(name_job(job), state)}
            if state.accepts:
                is_lost = any(finding.wrong is Wrong.LOST for finding in found)
                standings[self._stand(state, is_lost)] += 1
        return Report(
            accepted=account.accepted,
            standings=standings,
            findings=frozenset(findings),
            expired=expired,
            notes=frozenset(notes),
            causes=causes,
            wasted=wasted,
            deletions=tuple(self._find_deletions()),
            lost_records=sum(state.is_lost for state in account.jobs.values()),
            since_ms=self.horizon_ms,
        )

    def _find_deletions(self) -> Iterator[Deletion]:
        groups = {source.topic: source.group for source in self.topics.inputs}
        for (topic, partition), begin in sorted(self.begin.items()):
            if (
                topic in groups
                and (gone := begin - self.committed.get((topic, partition), begin)) > 0
            ):
                yield Deletion(topic, partition, gone, begin, groups[topic])

    def _is_expired(self, state: JobState, account: JobAccount) -> bool:
        """Whether its accept may have been read and forgotten, or be deleted with age."""
        is_forgotten = account.forgotten > 0 and state.is_only_heard_of
        return is_forgotten or state.first_ms < self.horizon_ms

    def _is_sure(self, finding: Finding) -> bool:
        return self.suspects is None or finding in self.suspects

    def _stand(self, state: JobState, is_lost: bool) -> Standing:
        if (end := end_of(state)) is not None:
            return end
        if is_lost:
            return Standing.LOST
        is_waiting = any(self._is_timer(place) for place in self._untaken(state))
        return Standing.WAITING if is_waiting else Standing.OWNED

    def _find(self, job: str, state: JobState) -> Iterator[Finding]:
        if doubled := [d.text for d in find_duplicates(state) if not d.is_explained]:
            yield Finding(Wrong.DUPLICATED, job, "", ", ".join(doubled))
        if not state.accepts and not state.is_lost:
            yield Finding(Wrong.ORPHANED, job, "no record has accepted it", _evidence(state))
        elif strays := list(_strays(state)):
            yield Finding(Wrong.ORPHANED, job, ", ".join(strays))
        if state.accepts and end_of(state) is None and not self._untaken(state):
            yield Finding(Wrong.LOST, job, self._loss(state))

    def _untaken(self, state: JobState) -> list[int]:
        """The places at which a group has yet to take the job on, or to finish with it."""
        places = (wait >> TRY_BITS for wait in self._relevant(state))
        return [place for place in places if self._is_untaken(place)]

    def _relevant(self, state: JobState) -> list[int]:
        """The inputs of stages beyond the last one that has answered."""
        top = state.answered.bit_length()
        return [w for w in state.waits if self.topics.stage_of(w >> TRY_BITS) >= top]

    def _is_untaken(self, place: int) -> bool:
        source, partition, offset = self.topics.unpack(place)
        return offset >= self.committed.get((source.topic, partition), 0)

    def _is_timer(self, place: int) -> bool:
        return self.topics.unpack(place)[0].is_timer

    def _loss(self, state: JobState) -> str:
        waits = self._relevant(state)
        if not waits:
            stage = STAGE_ORDER[state.answered.bit_length()].value
            return f"the {stage} stage has had no input"
        source, partition, offset = self.topics.unpack(max(waits, key=self._order) >> TRY_BITS)
        stage = STAGE_ORDER[source.stage].value
        where = f"{source.topic} partition {partition} offset {offset}"
        return f"the {stage} stage has no outcome, but {where} is committed by {source.group}"

    def _order(self, wait: int) -> tuple[int, int, int]:
        """Orders inputs from old to new: of one attempt, what waited comes before its request."""
        place, tried = wait >> TRY_BITS, wait & (1 << TRY_BITS) - 1
        return self.topics.stage_of(place), tried, not self._is_timer(place)


def end_of(state: JobState) -> Standing | None:
    """How a job has ended; None while it is open."""
    if state.is_complete:
        return Standing.COMPLETED
    if state.is_cancelled:
        return Standing.CANCELLED
    if state.failures and max(state.failures) >= state.tried:
        return Standing.FAILED
    return None


def _note(job: str, state: JobState) -> Iterator[Note]:
    if explained := [d.text for d in find_duplicates(state) if d.is_explained]:
        yield Note(job, ", ".join(explained))


def _evidence(state: JobState) -> str:
    answered = [STAGE_ORDER[position].value for position in _positions(state.answered)]
    if answered:
        return f", but it has suggestions: {', '.join(answered)}"
    return ", but it was begun" if state.is_only_heard_of else ", but it was tried"


def _strays(state: JobState) -> Iterator[str]:
    """Answers that nothing asked for, and gaps before an answer."""
    for position in _positions(state.answered & ~state.asked):
        yield f"a suggestion of the {STAGE_ORDER[position].value} stage, which was not asked"
    top = state.answered.bit_length()
    for position in _positions(state.asked & ~state.answered):
        if position < top:
            yield f"no suggestion of the {STAGE_ORDER[position].value} stage, but of a later one"


def _positions(bits: int) -> list[int]:
    return [position for position in range(len(STAGE_ORDER)) if bits & 1 << position]
