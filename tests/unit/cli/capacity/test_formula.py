"""What a load takes: by cases that a person can check, and by laws that hold for all of them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stage import STAGE_ORDER
from services.cli.capacity import measured
from services.cli.capacity.formula import (
    PROVIDER_USED,
    USED,
    find_partitions,
    make_plan,
    plan_stage,
)
from services.cli.capacity.load import Load, StageLoad
from services.cli.settings.term import Terms
from tests.unit.cli.capacity.example import LOAD, STAGE, TERMS

WORKERS: dict[str, tuple[float, dict[str, Any], int, int]] = {
    "nothing to speak of": (0.001, {}, 64, 1),
    "70 calls under way are 100 slots": (10, {}, 64, 2),
    "as many slots as one worker has": (10, {}, 100, 1),
    "twice the time, twice the slots": (10, {"call_s": 14.0}, 100, 2),
    "two calls, twice the slots": (10, {"calls": 2.0}, 100, 2),
    "every second record again": (10, {"retries": 0.5}, 100, 2),
    "calls of no time cost CPU": (1_000, {"call_s": 0.001}, 4_096, 9),
    "records without a call, too": (1_000, {"calls": 0.0}, 4_096, 9),
}


@pytest.mark.parametrize(
    ("jobs_per_s", "changes", "concurrency", "workers"), WORKERS.values(), ids=WORKERS
)
def test_workers_are_as_many_as_slots_and_cores_ask_for(
    jobs_per_s: float, changes: dict[str, Any], concurrency: int, workers: int
) -> None:
    terms = replace(TERMS, concurrency=concurrency)
    assert plan_stage(jobs_per_s, replace(STAGE, **changes), terms).workers == workers


@pytest.mark.parametrize(
    ("workers", "partitions"), [(1, 6), (3, 6), (4, 12), (6, 12), (7, 24), (25, 96), (600, 1536)]
)
def test_partitions_are_six_doubled_until_each_worker_has_two(
    workers: int, partitions: int
) -> None:
    assert find_partitions(workers) == partitions


def test_what_the_provider_must_allow_and_what_it_costs() -> None:
    plan = make_plan(LOAD, TERMS)
    assert plan.requests_per_min == 600 * 3 / PROVIDER_USED
    assert plan.tokens_per_min == 600 * 3 * 1_000 / PROVIDER_USED
    assert plan.usd_per_hour == pytest.approx(600 * 60 * 3 * 0.001)
    assert plan.usd_per_month == pytest.approx(600 * 60 * 730 * 3 * 0.001)


def test_a_price_that_is_not_known_is_not_nothing() -> None:
    stages = (replace(STAGE, cost_usd=None), *LOAD.stages[1:])
    plan = make_plan(replace(LOAD, stages=stages), TERMS)
    assert (plan.usd_per_hour, plan.usd_per_month) == (None, None)


def test_the_shares_of_all_workers_are_what_the_provider_allows() -> None:
    plan = make_plan(LOAD, TERMS)
    shared = sum(s.share(s.calls_per_min) * s.workers for s in plan.stages)
    assert 0 <= shared - plan.requests_per_min <= sum(s.workers for s in plan.stages)


def test_connections_are_those_of_every_process() -> None:
    plan = make_plan(LOAD, TERMS)
    workers = sum(stage.workers for stage in plan.stages)
    of_workers, of_gateways = measured.AGENT_CONNECTIONS, measured.GATEWAY_CONNECTIONS
    assert plan.broker_connections == of_workers * workers + of_gateways * plan.gateways
    assert plan.database_connections == plan.gateways * 10


amounts = st.floats(0.01, 1e4)
loads = st.builds(
    StageLoad,
    stage=st.sampled_from(STAGE_ORDER),
    calls=st.floats(0, 20),
    call_s=st.floats(0.01, 600),
    input_tokens=st.floats(0, 1e5),
    output_tokens=st.floats(0, 1e4),
    record_bytes=st.integers(100, 4_000_000),
    retries=st.floats(0, 5),
    cost_usd=st.none() | st.floats(0, 10),
)
terms = st.builds(
    Terms,
    concurrency=st.integers(1, 4_096),
    replicas=st.integers(1, 9),
    keep_days=st.integers(0, 3_650),
    pool_size=st.integers(2, 200),
)


@given(amounts, loads, terms)
def test_little_s_law_holds(jobs_per_s: float, load: StageLoad, on: Terms) -> None:
    """Calls under way are the calls that begin in a second, times the seconds that one takes."""
    planned = plan_stage(jobs_per_s, load, on)
    assert planned.calls_under_way == pytest.approx(planned.calls_per_min / 60 * load.call_s)


@given(amounts, loads, terms)
def test_the_reserve_is_kept_and_no_worker_is_idle(
    jobs_per_s: float, load: StageLoad, on: Terms
) -> None:
    planned = plan_stage(jobs_per_s, load, on)
    room = planned.workers * USED * (1 + 1e-9)
    assert planned.calls_under_way <= room * on.concurrency
    assert planned.cores <= room
    fewer = (planned.workers - 1) * USED
    assert planned.workers == 1 or (
        planned.calls_under_way > fewer * on.concurrency or planned.cores > fewer
    )


@given(amounts, amounts, loads, terms)
def test_more_jobs_take_no_less_of_anything(
    some: float, others: float, load: StageLoad, on: Terms
) -> None:
    less, more = sorted((some, others))
    few, many = (make_plan(Load(jobs, (load,), 1_000), on) for jobs in (less, more))
    assert few.stages[0].workers <= many.stages[0].workers
    for name in ("partitions", "gateways", "broker_connections", "database_connections"):
        assert getattr(few, name) <= getattr(many, name)
    for name in ("requests_per_min", "tokens_per_min", "calls_under_way", "broker_cores"):
        assert getattr(few, name) <= getattr(many, name)
    assert few.disk.brokers <= many.disk.brokers
    assert few.disk.tables_per_day <= many.disk.tables_per_day
    assert (few.usd_per_hour or 0) <= (many.usd_per_hour or 0)


@given(st.integers(1, 100_000))
def test_no_worker_is_without_a_partition(workers: int) -> None:
    assert find_partitions(workers) >= 2 * workers


@given(st.integers(1, 100_000))
def test_no_more_partitions_than_that_takes(workers: int) -> None:
    assert find_partitions(workers) == 6 or find_partitions(workers) < 4 * workers
