"""When a second answer is harmless: only where its delivery was begun a second time."""

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kafka.event import EventKind
from services.cli.audit.delivery import MAX_MARKS
from services.cli.audit.fact import Fact
from services.cli.audit.job_account import JobAccount
from services.cli.audit.judge import Judge
from services.cli.audit.report import Note, Standing, Wrong
from services.cli.command.data.audit import summary
from tests.factory import JOB_ID
from tests.unit.cli.audit.audit_log import (
    ALL_TAKEN,
    COLUMN,
    NAMES,
    OTHER,
    ROW,
    TABLE,
    TOPICS,
    Log,
    audit,
    done,
    failed,
)

History = Callable[[Log], list[Fact]]


def settled(log: Log) -> list[Fact]:
    """Done, and every stage was begun once."""
    return [*done(log), *(log.start(stage) for stage in (TABLE, COLUMN, ROW))]


def retried(log: Log) -> list[Fact]:
    """The table stage failed once and has answered at its second attempt."""
    tries = [log.start(TABLE), log.retry(TABLE, 2), log.again(TABLE, 2)]
    begun = [log.request(), *tries, log.start(TABLE, attempt=2), log.answer(TABLE, 2)]
    return [*begun, *log.answers(COLUMN, ROW)]


def redriven(log: Log) -> list[Fact]:
    begun = [*failed(log), log.request(COLUMN, redrive=1), log.start(COLUMN, redrive=1)]
    return [*begun, log.answer(COLUMN, redrive=1), *log.answers(ROW)]


EXPLAINED: dict[str, History] = {
    "begun twice": lambda log: [*settled(log), log.start(COLUMN), log.answer(COLUMN)],
    "late, after a retry has answered": lambda log: [
        *retried(log), log.start(TABLE), log.answer(TABLE, 1)
    ],
    "a redrive that was begun twice": lambda log: [
        *redriven(log), log.start(COLUMN, redrive=1), log.answer(COLUMN, redrive=1)
    ],
    "late, after a redrive has answered": lambda log: [
        *redriven(log),
        *(log.start(COLUMN, attempt=2) for _ in range(2)),
        log.answer(COLUMN, 2),
    ],
    "parked, then begun twice": lambda log: [
        *settled(log),
        *(log.start(TABLE, parked=1) for _ in range(2)),
        log.answer(TABLE),
    ],
    "begun three times": lambda log: [
        *settled(log), *(log.start(ROW) for _ in range(2)), *(log.answer(ROW) for _ in range(2))
    ],
    "published again, as the record says": lambda log: [
        *settled(log), log.answer(COLUMN, repeat=1)
    ],
    "accepted again, as the record says": lambda log: [*settled(log), log.request(repeat=1)],
}  # fmt: skip

UNEXPLAINED: dict[str, History] = {
    "begun once": lambda log: [*settled(log), log.answer(COLUMN)],
    "accepted twice": lambda log: [*settled(log), log.request()],
    "only one of three is a repeat": lambda log: [
        *settled(log), log.answer(COLUMN, repeat=1), log.answer(COLUMN)
    ],
    "no event at all": lambda log: [*done(log), log.answer(COLUMN)],
    "another stage was begun twice": lambda log: [
        *settled(log), log.start(ROW), log.answer(COLUMN)
    ],
    "a retry is no second start": lambda log: [*retried(log), log.answer(TABLE, 2)],
    "the attempt before was begun twice": lambda log: [
        *retried(log), log.start(TABLE), log.answer(TABLE, 2)
    ],
    "a redrive is no second start": lambda log: [*redriven(log), log.answer(COLUMN, redrive=1)],
    "a parked attempt that comes again is no second start": lambda log: [
        *settled(log), log.start(TABLE, parked=1), log.answer(TABLE)
    ],
    "begun twice, answered three times": lambda log: [
        *settled(log), log.start(ROW), *(log.answer(ROW) for _ in range(2))
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", EXPLAINED)
def test_a_second_answer_after_a_second_start_is_only_noted(case: str) -> None:
    report = audit(EXPLAINED[case](Log()))
    assert (report.is_well, report.findings) == (True, frozenset())
    assert report.standings[Standing.COMPLETED] == 1
    [note] = report.notes
    assert note.job == str(JOB_ID)


@pytest.mark.parametrize("case", UNEXPLAINED)
def test_a_second_answer_without_a_second_start_is_a_duplicate(case: str) -> None:
    report = audit(UNEXPLAINED[case](Log()))
    assert [finding.wrong for finding in report.findings] == [Wrong.DUPLICATED]
    assert report.notes == frozenset()


def test_a_second_dead_letter_after_a_second_start_is_only_noted() -> None:
    log = Log()
    once = [*failed(log), log.start(COLUMN, attempt=2), log.dead(COLUMN, attempt=2)]
    assert not audit(once).is_well
    report = audit([*once, log.start(COLUMN, attempt=2)])
    assert (report.is_well, len(report.notes)) == (True, 1)
    assert report.standings[Standing.FAILED] == 1


@given(st.data())
def test_the_order_of_starts_and_answers_does_not_matter(data: st.DataObject) -> None:
    """Events are published beside the call: they may come after the job has settled."""
    history = data.draw(st.sampled_from([*EXPLAINED.values(), *UNEXPLAINED.values()]))
    facts = history(Log())
    assert audit(data.draw(st.permutations(facts))) == audit(facts)


def test_starts_are_kept_of_settled_jobs_which_share_what_is_kept() -> None:
    account = JobAccount()
    for job_id in (JOB_ID, OTHER):
        for fact in settled(Log(job_id)):
            account.fold(fact)
    first, second = account._young.values()
    assert first is second
    log = Log()
    for fact in (log.start(ROW), log.answer(ROW)):
        account.fold(fact)
    report = Judge(TOPICS, ALL_TAKEN).report(account)
    assert report.notes == {Note(str(JOB_ID), "two suggestions of the row stage")}


def test_a_job_that_is_begun_for_ever_takes_bounded_memory() -> None:
    account, log = JobAccount(), Log()
    for _ in range(2 * MAX_MARKS):
        account.fold(log.start(TABLE))
    [state] = account.jobs.values()
    assert len(state.starts) == MAX_MARKS


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.STARTED])
def test_only_a_start_is_a_start(kind: EventKind) -> None:
    value = f'{{"kind": "{kind}", "stage": "table"}}'.encode()
    assert Log().fact(NAMES.events, value).start is None


@pytest.mark.parametrize(
    "value",
    [b"", b"[]", b'{"kind": "started"}', b'{"kind": "started", "stage": "x"}', b"7", b'"started"'],
)
def test_an_unreadable_event_is_no_start(value: bytes) -> None:
    assert Log().fact(NAMES.events, value).start is None


@pytest.mark.parametrize("count", ["null", "-1", "1e400", '"x"', "[]", "{}"])
def test_a_count_that_is_none_is_read_as_the_default_or_the_bound(count: str) -> None:
    value = f'{{"kind": "started", "stage": "table", "worker": "w", "parked": {count}}}'.encode()
    assert Log().fact(NAMES.events, value).start == Log().start(TABLE).start


def test_a_report_for_programs_lists_answered_twice_apart() -> None:
    report = audit(EXPLAINED["begun twice"](Log()))
    shown = report.to_dict(limit=5)
    assert (shown["ok"], shown["duplicated"], shown["answeredTwice"]) == (True, 0, 1)
    assert (shown["jobs"], shown["notes"][0]["jobId"]) == ([], str(JOB_ID))
    assert "open 0; answered twice 1 (" in summary(report)


def test_every_order_of_two_starts_and_two_answers_is_the_same_note() -> None:
    log = Log()
    pair = [log.start(ROW), log.start(ROW), log.answer(ROW), log.answer(ROW)]
    rest = [log.request(), *log.answers(TABLE, COLUMN)]
    reports = [audit([*rest, *order]) for order in permutations(pair)]
    assert all(report == reports[0] for report in reports)
    assert len(reports[0].notes) == 1
