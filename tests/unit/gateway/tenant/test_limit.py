"""A tenant has as many open jobs, requests a minute and money a day as it may, and no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from schemas.job.record import StageRecord
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.gateway.listing.job_filter import JobFilter
from services.gateway.listing.store import list_jobs
from services.gateway.projection.store import begin_projection
from services.gateway.settings import Auth, GatewaySettings
from services.gateway.tenant.request_rate import SHARES, RequestRate
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tenant.store import read_spent
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import (
    BODY,
    NOW,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    job,
    request,
    success,
)

TABLE = StageName.TABLE
KEYED = GatewaySettings(auth=Auth.REQUIRED)


@asynccontextmanager
async def limited(gateway: Gateway, **limits: Any) -> AsyncIterator[Gateway]:
    """Another gateway on the same tables, with these limits."""
    given = (gateway.database, gateway.compute, KEYED, TenantSettings(**limits))
    async with serve_in_process(*given) as served:
        await served.projector.prepare("cluster")
        yield served


async def test_a_tenant_has_no_more_open_jobs_than_it_may(gateway: Gateway) -> None:
    async with limited(gateway, open_jobs=2) as served:
        acme, other = [await make_caller(served.database, tenant=t) for t in ("acme", "other")]
        posts = [await served.client.post("/v1/jobs", json=BODY, headers=acme) for _ in range(3)]
        others = await served.client.post("/v1/jobs", json=BODY, headers=other)
        assert [post.status_code for post in posts] == [202, 202, 429]
        assert others.status_code == 202
        assert posts[2].headers["retry-after"] == "5"
        assert posts[2].json()["type"].endswith(":tenant-has-open-jobs")
        assert len(served.publisher.published) == 3
        stored = await served.database.read(list_jobs, JobFilter("acme"), None, 10)
        assert len(stored) == 2


async def test_jobs_that_have_ended_make_room_and_the_same_key_needs_none(
    gateway: Gateway,
) -> None:
    async with limited(gateway, open_jobs=1) as served:
        caller = await make_caller(served.database)
        keyed = caller | {"Idempotency-Key": "k"}
        first = await served.client.post("/v1/jobs", json=BODY, headers=keyed)
        again = await served.client.post("/v1/jobs", json=BODY, headers=keyed)
        refused = await served.client.post("/v1/jobs", json=BODY, headers=caller)
        [(topic, key, value, _)] = served.publisher.published
        of = StageRecord.from_json(value or b"").job
        await served.project(consumed(topic, value, 0, key))
        letter = Headers(error_kind="refused", error_message="no")  # type: ignore[arg-type]
        await served.project(consumed(TOPICS.dead_letters(TABLE), value, 0, of.key, letter))
        then = await served.client.post("/v1/jobs", json=BODY, headers=caller)
    assert (first.status_code, again.status_code) == (202, 202)
    assert (refused.status_code, then.status_code) == (429, 202)


async def test_posts_at_once_through_two_gateways_keep_one_limit(gateway: Gateway) -> None:
    async with limited(gateway, open_jobs=3) as one, limited(gateway, open_jobs=3) as two:
        caller = await make_caller(gateway.database)
        posts = [
            served.client.post("/v1/jobs", json=BODY, headers=caller)
            for _ in range(5)
            for served in (one, two)
        ]
        answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 7


async def test_of_many_jobs_those_above_the_limit_are_refused_each_by_itself(
    gateway: Gateway,
) -> None:
    async with limited(gateway, open_jobs=1) as served:
        caller = await make_caller(served.database)
        body = {"jobs": [BODY, BODY]}
        answer = await served.client.post("/v1/jobs/batch", json=body, headers=caller)
    assert sorted(item["status"] for item in answer.json()["items"]) == [202, 429]


async def test_a_minute_s_requests_are_told_and_more_are_refused(gateway: Gateway) -> None:
    async with limited(gateway, requests_per_minute=3) as served:
        acme, other = [await make_caller(served.database, tenant=t) for t in ("acme", "other")]
        answers = [await served.client.get("/v1/jobs", headers=acme) for _ in range(4)]
        others = await served.client.get("/v1/jobs", headers=other)
        health = await served.client.get("/healthz")
    resets_s = 60 - NOW.second
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        f'"default";r={left};t={resets_s}' for left in (2, 1, 0, 0)
    ]
    assert {a.headers["ratelimit-policy"] for a in answers} == {'"default";q=3;w=60'}
    assert answers[3].headers["retry-after"] == str(resets_s)
    assert answers[3].json()["type"].endswith(":tenant-asks-too-often")
    assert (others.status_code, health.status_code) == (200, 200)
    assert "ratelimit" not in health.headers


async def test_gateways_share_a_minute_s_requests(gateway: Gateway) -> None:
    rates = [RequestRate(gateway.database, lambda: NOW, at_most(2 * SHARES)) for _ in range(2)]
    asked = [rate.take("acme") for _ in range(2 * SHARES) for rate in rates]
    standings = await asyncio.gather(*asked)
    assert sum(standing.is_let for standing in standings) == 2 * SHARES


async def test_the_next_minute_begins_anew(gateway: Gateway) -> None:
    now = [NOW]
    rate = RequestRate(gateway.database, lambda: now[0], at_most(1))
    let = [(await rate.take("acme")).is_let for _ in range(2)]
    now[0] += timedelta(minutes=1)
    assert [*let, (await rate.take("acme")).is_let] == [True, False, True]


def costly(usd: float) -> Any:
    """The record of an answer that has cost so much."""
    record = answered(TABLE, job(tenant="acme"))
    provenance = record.provenance[TABLE].model_copy(update={"cost_usd": usd})
    paid = record.model_copy(update={"provenance": {TABLE: provenance}})
    return consumed(TOPICS.suggestions(TABLE), paid.to_json(), 0, paid.job.key)


async def test_once_a_day_s_money_is_spent_new_jobs_wait_for_midnight(gateway: Gateway) -> None:
    async with limited(gateway, usd_per_day=0.5) as served:
        acme, other = [await make_caller(served.database, tenant=t) for t in ("acme", "other")]
        before = await served.client.post("/v1/jobs", json=BODY, headers=acme)
        await served.project(request(of=job(tenant="acme")), costly(0.5))
        after = await served.client.post("/v1/jobs", json=BODY, headers=acme)
        others = await served.client.post("/v1/jobs", json=BODY, headers=other)
    assert [answer.status_code for answer in (before, after, others)] == [202, 429, 202]
    assert after.json()["type"].endswith(":tenant-money-spent")
    assert "have cost 0.50 USD today" in after.json()["detail"]
    midnight_s = 24 * 3600 - (NOW.hour * 3600 + NOW.minute * 60 + NOW.second)
    assert int(after.headers["retry-after"]) == midnight_s


async def test_money_is_counted_once_whatever_comes_again_and_anew_by_a_rebuild(
    gateway: Gateway,
) -> None:
    records = [request(of=job(tenant="acme")), costly(0.25)]
    seen = []
    for _ in range(2):
        await gateway.project(*records)
        seen.append(await gateway.database.read(read_spent, "acme", NOW.date()))
        gateway.reader.positions = dict.fromkeys(gateway.reader.positions, 0)
        gateway.reader.records.clear()
    await gateway.database.write(begin_projection, "cluster")
    seen.append(await gateway.database.read(read_spent, "acme", NOW.date()))
    assert seen == [250_000, 250_000, 0]


async def test_what_failed_attempts_have_cost_counts_too(gateway: Gateway) -> None:
    value = StageRecord(job=job(tenant="acme")).to_json()
    await gateway.project(dead_letter(TABLE, value=value, spent_usd=0.125))
    assert await gateway.database.read(read_spent, "acme", NOW.date()) == 125_000


@pytest.mark.parametrize("stage", [TABLE])
async def test_what_costs_nothing_known_counts_nothing(gateway: Gateway, stage: StageName) -> None:
    await gateway.project(request(), success(stage))
    assert await gateway.database.read(read_spent, "default", NOW.date()) == 0


def at_most(requests: int) -> TenantSettings:
    return TenantSettings(requests_per_minute=requests)
