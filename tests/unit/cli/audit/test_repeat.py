"""What was called again is counted with its likely cause and its cost, and is no loss."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from schemas.job.record import Usage
from schemas.kafka.event import EventKind
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.cli.audit.fact import Fact
from services.cli.audit.repeat import Cause, Cost
from services.cli.audit.report import Deletion, Standing, Wrong
from services.cli.audit.topic_role import TopicMap
from services.cli.command.data.audit import summary
from tests.factory import make_provenance, make_record, make_table_suggestion
from tests.unit.cli.audit.audit_log import (
    ALL_TAKEN,
    COLUMN,
    NAMES,
    ROW,
    TABLE,
    Log,
    audit,
    done,
    failed,
)

History = Callable[[Log], list[Fact]]
STOP: dict[str, Any] = {"kind": EventKind.INTERRUPTED}


def begun(log: Log) -> list[Fact]:
    return [*done(log), *(log.start(stage) for stage in (TABLE, COLUMN, ROW))]


CAUSES: dict[str, tuple[History, Counter[Cause]]] = {
    "as it should be": (begun, Counter()),
    "a call that a kill cut off": (
        lambda log: [*begun(log), log.start(ROW)],
        Counter({Cause.CRASH: 1}),
    ),
    "a call that a stop cut off": (
        lambda log: [*begun(log), log.start(ROW, **STOP), log.start(ROW)],
        Counter({Cause.STOP: 1}),
    ),
    "a stop after which nothing was made again": (
        lambda log: [*begun(log), log.start(ROW, **STOP)],
        Counter(),
    ),
    "two workers that both answered": (
        lambda log: [*begun(log), log.start(ROW, worker="v"), log.answer(ROW)],
        Counter({Cause.TWO_WORKERS: 1}),
    ),
    "two of one name that both answered": (
        lambda log: [*begun(log), log.start(ROW), log.answer(ROW)],
        Counter({Cause.ONE_NAME: 1}),
    ),
    "three of one name": (
        lambda log: [*begun(log), *(log.start(ROW) for _ in "ab"), log.answer(ROW)],
        Counter({Cause.ONE_NAME: 2}),
    ),
    "an answer that its publisher sent again": (
        lambda log: [*begun(log), log.answer(ROW, repeat=1)],
        Counter({Cause.PUBLISHED_AGAIN: 1}),
    ),
    "a parked attempt that comes again": (
        lambda log: [*begun(log), log.start(ROW, parked=1)],
        Counter(),
    ),
    "a retry": (
        lambda log: [*failed(log), log.start(COLUMN), log.start(COLUMN, attempt=2)],
        Counter(),
    ),
}


@pytest.mark.parametrize("case", CAUSES)
def test_what_was_begun_again_has_a_likely_cause(case: str) -> None:
    history, causes = CAUSES[case]
    report = audit(history(Log()))
    assert (report.is_well, report.causes) == (True, causes)


@pytest.mark.parametrize("case", CAUSES)
def test_events_may_come_after_all_else(case: str) -> None:
    history, causes = CAUSES[case]
    facts = history(Log())
    late = sorted(facts, key=lambda fact: fact.start is not None or fact.stop is not None)
    assert audit(late).causes == causes


def priced(log: Log, usd: float | None, stage: StageName = ROW, **headers: int) -> Fact:
    usage = Usage(input_tokens=100, output_tokens=20)
    made = make_provenance(usage=usage, cost_usd=usd)
    value = make_record().with_result(stage, make_table_suggestion(), made).to_json()
    return log.fact(NAMES.suggestions(stage), value, **headers)


def test_the_answers_after_the_first_are_what_was_paid_for_nothing() -> None:
    log = Log()
    rest = [log.request(), *log.answers(TABLE, COLUMN), *(log.start(ROW) for _ in "abc")]
    report = audit([*rest, priced(log, 0.5), priced(log, 0.25), priced(log, None)])
    assert report.wasted == Cost(answers=2, tokens=240, usd=0.25, unknown=1)
    assert "answered twice 1 (240 tokens, 0.2500 USD and the price of 1 not known)" in summary(
        report
    )
    shown = report.to_dict(5)["repeatedCalls"]
    assert (shown["costUsd"], shown["costUnknown"], shown["causes"]["one_name"]) == (0.25, 1, 2)


def test_an_answer_that_is_only_published_again_has_cost_nothing() -> None:
    log = Log()
    facts = [log.request(), *log.answers(TABLE, COLUMN), priced(log, 0.5)]
    assert audit([*facts, priced(log, 0.5, repeat=1)]).wasted == Cost()


@pytest.mark.parametrize("made", ['{"attempt": 1, "usage": 7}', '{"attempt": 1, "costUsd": "x"}'])
def test_a_cost_that_cannot_be_read_is_not_known(made: str) -> None:
    fact = Log().fact(NAMES.suggestions(ROW), f'{{"provenance": {{"row": {made}}}}}'.encode())
    assert (fact.answered_attempt, fact.cost.unknown) == (1, 1)


def test_what_was_deleted_before_its_group_had_ended_it_is_off() -> None:
    requests = (NAMES.requests(TABLE), 3)
    report = audit([], {**ALL_TAKEN, requests: 4}, begin={requests: 9, (NAMES.events, 3): 99})
    assert report.deletions == (Deletion(*requests, 5, 9, NAMES.group(TABLE)),)
    assert (report.is_well, report.to_dict(5)["deletedUnread"]) == (False, 5)
    assert "deleted unread 5" in summary(report)


def test_of_a_group_without_an_offset_nothing_is_known_to_be_deleted() -> None:
    assert audit([], {}, begin={(NAMES.requests(TABLE), 3): 9}).is_well


def test_a_job_that_failed_since_its_record_was_deleted_is_told_and_not_off() -> None:
    report = audit([Log().dead(TABLE, error_kind=ErrorKind.LOST, repeat=1)])
    assert (report.is_well, report.lost_records) == (True, 1)
    assert audit([Log().dead(TABLE, error_kind=ErrorKind.BUG)]).count(Wrong.ORPHANED) == 1


def test_a_worker_and_the_clock_that_say_the_same_are_not_a_doubled_job() -> None:
    log = Log()
    late = {"error_kind": ErrorKind.DEADLINE}
    report = audit([log.request(), log.dead(TABLE, **late), log.dead(TABLE, **late, repeat=1)])
    assert (report.is_well, report.standings[Standing.FAILED]) == (True, 1)


def test_what_waits_in_a_tier_that_no_setting_names_has_a_timer() -> None:
    topics = TopicMap(NAMES, ["row.retry.7s", "row.retry.x", "else"])
    [source] = [source for source in topics.inputs if source.topic == "row.retry.7s"]
    assert (source.group, source.is_timer) == (NAMES.forwarder_group(ROW), True)
    assert {"row.retry.7s"} == set(topics.parts) - set(TopicMap(NAMES).parts)
