"""Whether a replay's result may stand for its source's: a table, and the laws of taking it back."""

from dataclasses import replace
from datetime import datetime
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kafka.control import OWN_VERSION, Promotion
from schemas.stage import StageName
from services.gateway.promotion.decision import (
    MAX_RESULTS,
    NoReplayError,
    NotPromotedError,
    promote,
    roll_back,
)
from services.gateway.status.fold import JobFold, merge
from services.gateway.status.promotion import Promoted
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    NOW_MS,
    consumed,
    dead_letter,
    fact,
    job_id,
    request,
    whole_job,
)
from tests.unit.gateway.promotion.past import EARLIER, LATER, replay

JOB = reduce(merge, (fact(record).fold for record in whole_job()))
FAILED = reduce(merge, (fact(r).fold for r in (request(), dead_letter(StageName.TABLE))))
HOUR_MS = 3_600_000
BEFORE_PLAN_MS, AFTER_PLAN_MS = NOW_MS + HOUR_MS - 1_000, NOW_MS + HOUR_MS + 1_000


def fold_of(number: int, planned_at: datetime | None = LATER, source: UUID = JOB_ID) -> JobFold:
    records = replay(number, planned_at, source)
    return reduce(merge, (fact(record).fold for record in records))


def apply(job: JobFold, said: Promotion | None, at_ms: int = BEFORE_PLAN_MS) -> JobFold:
    """The job once the record is folded."""
    if said is None:
        return job
    offset = 0 if job.promoted is None else job.promoted.offset + 1
    return merge(job, JobFold(None, at_ms, promoted=Promoted(offset, at_ms, said)))


def promoted(job: JobFold, number: int, at_ms: int = BEFORE_PLAN_MS) -> JobFold:
    return apply(job, promote(JOB_ID, job, job_id(number), fold_of(number), NOW), at_ms)


RUNNING = fact(replay(1)[0]).fold
UNMARKED = replace(fold_of(1), subject=replace(fold_of(1).subject, replay=None))  # type: ignore[type-var]
ONCE = promoted(JOB, 1)
BACK = apply(ONCE, roll_back(JOB_ID, ONCE, NOW), AFTER_PLAN_MS)

PROMOTED = [
    ("the first", JOB, 1, fold_of(1), 2),
    ("another one, planned since the first was promoted", ONCE, 2, fold_of(2), 3),
    ("again after a roll back", BACK, 1, fold_of(1), 2),
]
REFUSED = [
    ("the job has failed", FAILED, 1, fold_of(1), "job-not-completed"),
    ("the replay runs", JOB, 1, RUNNING, "replay-not-completed"),
    ("the job has ended since the plan", JOB, 1, fold_of(1, EARLIER), "job-has-changed"),
    ("it does not say its plan, and came before that", JOB, 1, fold_of(1, None), "job-has-changed"),
    (
        "another was promoted since the plan",
        promoted(JOB, 1, AFTER_PLAN_MS),
        2,
        fold_of(2),
        "job-has-changed",
    ),
]
NO_REPLAY = [
    ("there is none", None),
    ("a job of its own", UNMARKED),
    ("of another job", fold_of(1, source=job_id(7))),
]


@pytest.mark.parametrize(
    ("job", "number", "of", "version"), [c[1:] for c in PROMOTED], ids=[c[0] for c in PROMOTED]
)
def test_promoted(job: JobFold, number: int, of: JobFold, version: int) -> None:
    said = promote(JOB_ID, job, job_id(number), of, NOW)
    assert said is not None
    assert (said.current, said.version_of(job_id(number))) == (version, version)
    assert said.promoted is not None
    assert said.promoted.stage is StageName.ROW


@pytest.mark.parametrize(
    ("job", "number", "of", "slug"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_refused(job: JobFold, number: int, of: JobFold, slug: str) -> None:
    with pytest.raises(NotPromotedError) as raised:
        promote(JOB_ID, job, job_id(number), of, NOW)
    assert raised.value.slug == slug


@pytest.mark.parametrize("of", [c[1] for c in NO_REPLAY], ids=[c[0] for c in NO_REPLAY])
def test_what_is_no_replay_of_the_job_is_refused(of: JobFold | None) -> None:
    with pytest.raises(NoReplayError):
        promote(JOB_ID, JOB, job_id(1), of, NOW)


def test_what_is_current_is_not_promoted_again_however_old_its_plan() -> None:
    assert promote(JOB_ID, ONCE, job_id(1), fold_of(1, EARLIER), NOW) is None
    assert roll_back(JOB_ID, JOB, NOW) is None
    assert roll_back(JOB_ID, BACK, NOW) is None


def test_a_failed_job_has_nothing_to_be_rolled_back_to() -> None:
    with pytest.raises(NotPromotedError):
        roll_back(JOB_ID, FAILED, NOW)


def test_no_more_results_are_kept_than_a_record_may_list() -> None:
    job = reduce(promoted, range(1, MAX_RESULTS + 1), JOB)
    with pytest.raises(NotPromotedError) as raised:
        promoted(job, MAX_RESULTS + 1)
    assert raised.value.slug == "too-many-results"


def test_what_is_left_of_a_job_whose_own_records_are_gone_is_completed() -> None:
    said = promote(JOB_ID, JOB, job_id(1), fold_of(1), NOW)
    assert said is not None
    left = fact(consumed("test.job.control", said.to_json(), key=f"promote:{JOB_ID}".encode()))
    assert (left.kind, left.job_id) == ("result changed", str(JOB_ID))
    assert promote(JOB_ID, left.fold, job_id(1), fold_of(1), NOW) is None


acts = st.lists(st.integers(0, 3), max_size=8)
"""The number of a replay, or 0 for the job's own result."""


def act(job: JobFold, number: int) -> JobFold:
    return promoted(job, number) if number else apply(job, roll_back(JOB_ID, job, NOW))


@given(acts, st.integers(0, 3))
def test_the_last_act_decides_and_twice_is_once(before: list[int], last: int) -> None:
    job = reduce(act, [*before, last], JOB)
    assert job.result_version == OWN_VERSION if not last else True
    if last:
        assert job.promoted is not None
        assert job.promoted.said.version_of(job_id(last)) == job.result_version
    assert act(job, last) == job


@given(acts, acts)
def test_a_version_once_given_stays_with_its_replay(before: list[int], after: list[int]) -> None:
    one = reduce(act, before, JOB)
    other = reduce(act, after, one)
    if one.promoted is not None:
        assert other.promoted is not None
        kept = other.promoted.said.results[: len(one.promoted.said.results)]
        assert kept == one.promoted.said.results


@given(acts, st.randoms())
def test_the_order_and_the_number_of_the_records_do_not_matter(
    numbers: list[int], random: object
) -> None:
    """And the last record alone, which compaction leaves, says as much as all of them."""
    jobs = [JOB]
    for number in numbers:
        jobs.append(act(jobs[-1], number))
    records = [JobFold(None, j.first_ms, promoted=j.promoted) for j in jobs if j.promoted]
    shuffled = [*records, *records]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reduce(merge, shuffled, JOB).promoted == jobs[-1].promoted
    assert reduce(merge, records[-1:], JOB).promoted == jobs[-1].promoted
