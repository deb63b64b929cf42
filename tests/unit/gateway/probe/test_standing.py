"""What jobs have cost is read from the tables: the same after any restart."""

import math
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from schemas.job.replay import Replay
from services.gateway.database.upsert import insert_missing
from services.gateway.probe.standing import Standing
from services.gateway.tenant.table import SPENDING
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import NOW, job, job_id, request

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SPENT = [
    ("acme", date(2026, 3, 2), 1_250_000),
    ("default", date(2026, 3, 2), 250_000),
    ("acme", date(2026, 3, 1), 3_000_000),
    ("acme", date(2026, 2, 28), 9_000_000),
]


async def test_the_day_and_the_month_are_those_of_utc_over_all_tenants(gateway: Gateway) -> None:
    rows = [{"tenant": t, "day": day, "micro_usd": micro} for t, day, micro in SPENT]
    await gateway.database.write(insert_missing, SPENDING, rows)
    await Standing(gateway.database, lambda: NOON, 30.0).look()
    assert read_metric('brainshare_spend_usd{since="day"}') == pytest.approx(1.5)
    assert read_metric('brainshare_spend_usd{since="month"}') == pytest.approx(4.5)


async def test_the_oldest_open_job_is_no_shadow(gateway: Gateway) -> None:
    standing, name = Standing(gateway.database, lambda: NOON, 30.0), "brainshare_oldest_in_flight"
    mark = Replay(replay_id=uuid4(), source_job_id=uuid4(), is_shadow=True)
    await gateway.project(request(of=job().model_copy(update={"replay": mark})))
    await standing.look()
    assert math.isnan(read_metric(name))
    await gateway.project(request(1, of=job(job_id(1))))
    await standing.look()
    assert read_metric(name) == NOW.timestamp()
