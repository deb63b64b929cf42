"""What the audit says of a job, by the facts that the topics state."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.audit.fact import Fact, name_job, read_fact
from services.cli.audit.job_account import GENERATION_MS, JobAccount
from services.cli.audit.judge import Judge
from services.cli.audit.report import Standing, Wrong
from tests.factory import JOB_ID, consumed
from tests.unit.cli.audit.audit_log import (
    ALL_TAKEN,
    COLUMN,
    NAMES,
    OTHER,
    ROW,
    TABLE,
    TOPICS,
    VALUE,
    Log,
    audit,
    cancelled,
    done,
    failed,
    late_failure,
    poisoned,
    redriven,
    uncharged,
)


def one(standing: Standing) -> Counter[Standing]:
    return Counter({standing: 1})


History = Callable[[Log], list[Fact]]

ENDED: dict[str, tuple[History, Standing]] = {
    "every stage has answered": (done, Standing.COMPLETED),
    "given up on after a retry": (failed, Standing.FAILED),
    "unreadable": (poisoned, Standing.FAILED),
    "tried again without a charge": (uncharged, Standing.COMPLETED),
    "redriven, then answered": (redriven, Standing.COMPLETED),
    "cancelled": (cancelled, Standing.CANCELLED),
    "given up on after it was answered": (late_failure, Standing.COMPLETED),
}


@pytest.mark.parametrize("case", ENDED)
def test_an_ended_job_is_accounted_for(case: str) -> None:
    history, standing = ENDED[case]
    report = audit(history(Log()))
    assert (report.findings, report.standings) == (frozenset(), one(standing))
    assert report.is_well


OPEN: dict[str, tuple[History, str, Standing]] = {
    "accepted": (lambda log: [log.request()], NAMES.requests(TABLE), Standing.OWNED),
    "between stages": (
        lambda log: [log.request(), *log.answers(TABLE)],
        NAMES.suggestions(TABLE),
        Standing.OWNED,
    ),
    "waits to be tried again": (
        lambda log: [log.request(), log.retry(TABLE, 2)],
        NAMES.retries(TABLE)[0],
        Standing.WAITING,
    ),
    "forwarded": (
        lambda log: [log.request(), log.retry(TABLE, 2), log.again(TABLE, 2)],
        NAMES.requests(TABLE),
        Standing.OWNED,
    ),
    "redriven": (
        lambda log: [*failed(log), log.request(COLUMN, redrive=1)],
        NAMES.requests(COLUMN),
        Standing.OWNED,
    ),
}


@pytest.mark.parametrize("case", OPEN)
def test_an_open_job_has_an_owner_or_is_lost(case: str) -> None:
    history, topic, standing = OPEN[case]
    facts = history(Log())
    last = facts[-1].place
    assert last is not None
    offset = TOPICS.unpack(last)[2]
    assert audit(facts, ALL_TAKEN | {(topic, 3): offset}).standings == one(standing)

    report = audit(facts, ALL_TAKEN | {(topic, 3): offset + 1})
    assert report.standings == one(Standing.LOST)
    [lost] = report.findings
    assert (lost.wrong, lost.job) == (Wrong.LOST, str(JOB_ID))
    assert f"{topic} partition 3 offset {offset}" in lost.detail


WRONG: dict[str, tuple[History, Wrong, str]] = {
    "accept removed": (lambda log: done(log)[1:], Wrong.ORPHANED, "no record has accepted"),
    "a stray suggestion": (lambda log: log.answers(ROW), Wrong.ORPHANED, "suggestions: row"),
    "only begun": (
        lambda log: [log.fact(NAMES.events, b'{"kind": "started"}')],
        Wrong.ORPHANED,
        "it was begun",
    ),
    "first answer removed": (
        lambda log: [log.request(), *log.answers(COLUMN, ROW)],
        Wrong.ORPHANED,
        "no suggestion of the table stage",
    ),
    "last answer removed": (
        lambda log: [log.request(), *log.answers(TABLE, COLUMN)],
        Wrong.LOST,
        "column.suggestions partition 3 offset 2",
    ),
    "dead letter removed": (lambda log: failed(log)[:-1], Wrong.LOST, "column.requests"),
    "forwarded record removed": (
        lambda log: [log.request(), log.retry(TABLE, 2)],
        Wrong.LOST,
        "table.retry.5s partition 3 offset 1 is committed by table-agent.forwarder",
    ),
    "two accepts": (lambda log: [log.request(), *done(log)], Wrong.DUPLICATED, "accepted 2 times"),
    "two answers": (
        lambda log: [*done(log), *log.answers(COLUMN)],
        Wrong.DUPLICATED,
        "two suggestions of the column stage",
    ),
    "two dead letters": (
        lambda log: [*failed(log), log.dead(COLUMN, attempt=2)],
        Wrong.DUPLICATED,
        "two dead letters",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_off_is_named(case: str) -> None:
    history, wrong, words = WRONG[case]
    report = audit([*done(Log(OTHER, 50)), *history(Log())])
    assert not report.is_well
    [finding] = report.findings
    assert (finding.wrong, finding.job) == (wrong, str(JOB_ID))
    assert words in str(finding)


def test_what_was_no_suspect_a_look_ago_is_under_way() -> None:
    facts = [Log().request()]
    first = audit(facts)
    assert audit(facts, suspects=frozenset()).standings == one(Standing.OWNED)
    assert audit(facts, suspects=first.findings).findings == first.findings


def test_an_orphan_that_goes_on_is_the_same_suspect() -> None:
    log = Log()
    first = log.answers(TABLE)
    suspects = audit(first).findings
    assert audit([*first, *log.answers(COLUMN)], suspects=suspects).findings == suspects


def test_a_job_from_before_the_horizon_is_only_counted() -> None:
    report = audit(done(Log())[1:], horizon_ms=2_000)
    assert (report.is_well, report.expired, report.accepted) == (True, 1, 0)


def test_settled_jobs_are_forgotten_but_stay_counted() -> None:
    account = JobAccount()
    for hour, job in enumerate((JOB_ID, OTHER, JOB_ID), start=1):
        for fact in done(Log(job)) if hour < 3 else []:
            account.fold(replace(fact, at_ms=hour * 2 * GENERATION_MS))
        account.rest()
    assert (len(account.jobs), account.completed, account.accepted) == (0, 2, 2)


def test_a_double_of_a_forgotten_job_is_still_named() -> None:
    account = JobAccount(max_settled=1)
    for job in (JOB_ID, OTHER, UUID(int=3)):
        for fact in done(Log(job)):
            account.fold(fact)
    for fact in Log().answers(ROW):
        account.fold(fact)
    [finding] = Judge(TOPICS, ALL_TAKEN).report(account).findings
    assert (account.forgotten, finding.job) == (2, str(JOB_ID))


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"job": {"stages": ["x"]}}'])
def test_an_unreadable_request_is_one_stage_s(value: bytes | None) -> None:
    assert Log().fact(NAMES.requests(COLUMN), value).asked == 0b010


@pytest.mark.parametrize(
    ("stages", "asked"), [(["column"], 0b010), (["column", "row"], 0b110), (["row"], 0b010)]
)
def test_a_request_says_which_stages_are_asked(stages: list[str], asked: int) -> None:
    value = json.dumps({"job": {"stages": stages}}).encode()
    assert Log().fact(NAMES.requests(COLUMN), value).asked == asked


@pytest.mark.parametrize("attempt", [b"-1", b"0", b"0.5", b"\xff", b"1"])
def test_an_attempt_below_the_first_is_read_as_the_first(attempt: bytes) -> None:
    record = replace(Log().record(NAMES.requests(TABLE)), headers=(("attempt", attempt),))
    fact = read_fact(record, TOPICS)
    assert fact is not None
    assert (fact.attempt, fact.asked) == (1, 0b111)


def test_a_record_without_a_key_speaks_of_no_job() -> None:
    assert read_fact(consumed(VALUE, key=None), TOPICS) is None
    assert read_fact(consumed(VALUE, key=b""), TOPICS) is None


def test_a_key_that_is_no_job_id_is_named_as_it_is() -> None:
    fact = read_fact(consumed(VALUE, key=b"hello"), TOPICS)
    assert fact is not None
    assert name_job(fact.job) == "hello"


def test_a_report_for_programs_names_at_most_so_many() -> None:
    facts = [fact for number in range(5) for fact in Log(UUID(int=number)).answers(ROW)]
    shown = audit(facts).to_dict(limit=2)
    assert (shown["ok"], shown["orphaned"], len(shown["jobs"])) == (False, 5, 2)


HISTORIES: list[History] = [
    *(row[0] for row in ENDED.values()),
    *(row[0] for row in OPEN.values()),
    *(row[0] for row in WRONG.values()),
]


@given(st.data())
def test_the_order_of_the_facts_does_not_matter(data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.sampled_from(HISTORIES), min_size=1, max_size=3))
    facts = [
        fact
        for number, history in enumerate(drawn)
        for fact in history(Log(UUID(int=number + 1), number * 20))
    ]
    committed = {place: data.draw(st.sampled_from((0, 25, 1_000))) for place in ALL_TAKEN}
    shuffled = data.draw(st.permutations(facts))
    first, second = audit(facts, committed), audit(shuffled, committed)
    assert first == second
    assert sorted(map(str, first.findings)) == sorted(map(str, second.findings))
    assert first.is_balanced
