"""However many tenants and models there are, the series stay as many as they were."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from schemas.job.purpose import Purpose
from schemas.stage import StageName
from services.gateway.projection import transition
from services.gateway.status.change import ProjectedJob, fold_batch
from services.llm.call_metric import observe_calls, observe_usage
from services.telemetry import metric
from tests.unit.gateway.example import JOB_ID, dead_letter, fact, job, request
from tests.unit.llm.test_call_metric import QUESTION, answer

TENANTS, MODELS = 10_000, 1_000


def count_series() -> int:
    lines = metric.render_metrics()[0].decode().splitlines()
    return sum(not line.startswith("#") for line in lines)


@pytest.fixture(autouse=True)
def _write_no_line() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def test_ten_thousand_tenants_add_no_series_to_those_of_one() -> None:
    """A job of each ends."""
    known = ProjectedJob(fact(request(0, job(tenant="tenant-0"))).fold, 1)
    (change,) = fold_batch({str(JOB_ID): known}, [fact(dead_letter(StageName.TABLE, 1))]).changes
    transition.report(change)
    before = count_series()
    after = change.after
    assert after.fold.subject is not None
    for number in range(TENANTS):
        subject = replace(after.fold.subject, tenant=f"tenant-{number}")
        of = replace(after, fold=replace(after.fold, subject=subject))
        transition.report(replace(change, after=of))
    assert count_series() == before


async def test_a_thousand_models_add_no_series_to_those_of_one() -> None:
    observed, used = observe_calls("bounded", answer), observe_usage("bounded")
    sizes = set()
    for number in range(MODELS):
        metric.tell_model("bounded", "custom", f"model-{number}")
        if number in (0, MODELS - 1):
            await observed(replace(QUESTION, purpose=Purpose.JOB))
            used((await answer(QUESTION)).usage, 0.1)
            sizes.add(count_series())
    assert len(sizes) == 1
