"""Which jobs of the past are run again, and why others are not."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.canary import CANARY_TENANT
from schemas.job.replay import Replay
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.replay.manifest import JobEnd, Selection
from services.replay.selection import (
    BEYOND,
    NOT_FOUND,
    OPEN,
    REPLAY,
    UNREADABLE,
    Choice,
    choose,
)
from tests.factory import NOW, consumed
from tests.unit.replay.past import NAMES, Past, job_id

COLUMN = StageName.COLUMN


def numbers(choice: Choice) -> list[int]:
    return [number for job in choice.chosen for number in range(20) if job.job_id == job_id(number)]


def reasons(choice: Choice) -> dict[str, str]:
    return {item.job_id: item.reason for item in choice.excluded}


def make_past() -> Past:
    """1 completed, 2 failed in its columns, 3 cancelled, 4 open, 5 completed with tag and table."""
    past = Past()
    past.complete(1)
    past.fail(past.answer(past.post(2), StageName.TABLE), COLUMN)
    past.cancel(past.answer(past.post(3), StageName.TABLE))
    past.answer(past.post(4), StageName.TABLE)
    past.complete(5, tags=["a", "b"], tableId="tbl_5")
    return past


@pytest.mark.parametrize(("tenant", "chosen"), [(None, [1]), (CANARY_TENANT, [2])])
def test_a_canary_is_no_job_of_the_past_unless_it_is_asked_for(
    tenant: str | None, chosen: list[int]
) -> None:
    past = Past()
    past.complete(1)
    past.complete(2, tenant=CANARY_TENANT)
    found = choose(past.read().jobs.values(), Selection(tenant=tenant), COLUMN)
    assert (numbers(found), found.excluded) == (chosen, ())


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Selection(), [1, 2, 5]),
        (Selection(statuses=(JobEnd.COMPLETED,)), [1, 5]),
        (Selection(statuses=(JobEnd.FAILED,)), [2]),
        (Selection(statuses=(JobEnd.CANCELLED, JobEnd.FAILED)), [2, 3]),
        (Selection(tags=("a",)), [5]),
        (Selection(tags=("b", "a")), [5]),
        (Selection(tags=("a", "c")), []),
        (Selection(table_id="tbl_5"), [5]),
        (Selection(tenant="default"), [1, 2, 5]),
        (Selection(tenant="acme"), []),
        (Selection(from_at=NOW + timedelta(minutes=2)), [2, 5]),
        (Selection(to_at=NOW + timedelta(minutes=2)), [1]),
        (Selection(limit=2), [1, 2]),
    ],
    ids=repr,
)
def test_those_are_run_again_that_are_asked_for(wanted: Selection, chosen: list[int]) -> None:
    assert numbers(choose(make_past().read().jobs.values(), wanted, COLUMN)) == chosen


def test_a_sample_is_the_same_each_time_and_in_the_order_of_time() -> None:
    past = Past()
    for number in range(1, 20):
        past.complete(number)
    jobs = [*past.read().jobs.values()]
    drawn = choose(jobs, Selection(sample=5), COLUMN)
    again = choose(reversed(jobs), Selection(sample=5), COLUMN)
    assert numbers(drawn) == numbers(again) == sorted(numbers(drawn))
    assert len(drawn.chosen) == 5
    assert [*reasons(drawn).values()] == [BEYOND] * 14


def test_whoever_is_meant_and_left_out_is_named_with_the_reason() -> None:
    past = make_past()
    past.post(6)
    past.fail(past.post(7), StageName.TABLE)
    past.complete(8, stages=["table"])
    ours = past.post(9)
    mark = Replay(replay_id=job_id(99), source_job_id=job_id(1))
    shadow = ours.model_copy(update={"job": ours.job.model_copy(update={"replay": mark})})
    past.publish(NAMES.requests(COLUMN), shadow)
    at = {"topic": NAMES.requests(StageName.TABLE), "partition": 0, "offset": 1_000}
    past.records.append(consumed(b"{", key=str(job_id(10)).encode(), headers=Headers(), **at))
    found = reasons(choose(past.read().jobs.values(), Selection(), COLUMN))
    assert found == {
        str(job_id(3)): "it was cancelled, and no --status says so",
        str(job_id(4)): OPEN,
        str(job_id(6)): OPEN,
        str(job_id(7)): "no record is kept of what the column stage got, or it never got there",
        str(job_id(8)): "it does not ask for the column stage",
        str(job_id(9)): REPLAY,
        str(job_id(10)): UNREADABLE,
    }


def test_of_a_list_another_tenant_s_job_is_as_one_that_there_is_not() -> None:
    past = Past()
    past.complete(1, tenant="acme")
    listed = {job_id(1), job_id(99)}
    wanted = Selection(tenant="rival", is_listed=True)
    choice = choose(past.read().jobs.values(), wanted, COLUMN, listed)
    assert reasons(choice) == {str(job_id(1)): NOT_FOUND, str(job_id(99)): NOT_FOUND}


def test_of_a_list_each_job_is_run_again_or_named() -> None:
    unknown = UUID(int=4711, version=4)
    listed = {job_id(1), job_id(4), unknown}
    choice = choose(make_past().read().jobs.values(), Selection(is_listed=True), COLUMN, listed)
    assert numbers(choice) == [1]
    assert reasons(choice) == {str(job_id(4)): OPEN, str(unknown): NOT_FOUND}


@pytest.mark.parametrize(("redriven", "end"), [(False, JobEnd.FAILED), (True, JobEnd.OPEN)])
def test_a_job_that_was_put_back_since_it_failed_is_open(redriven: bool, end: JobEnd) -> None:
    past = Past()
    record = past.answer(past.post(1), StageName.TABLE)
    past.fail(record, COLUMN)
    if redriven:
        past.publish(NAMES.requests(COLUMN), record, Headers(redrive=1))
    assert past.read().jobs[job_id(1)].end is end
