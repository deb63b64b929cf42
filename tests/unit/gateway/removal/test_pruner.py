"""What has ended long ago is taken out of the tables, and nothing of it comes back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, func, insert, select, update

from schemas.api.key import Role
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.bulk.store import forget_bulk
from services.gateway.bulk.table import BULK_ACTIONS, BULK_JOBS
from services.gateway.database.moment import to_us
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.feed.store import read_bounds
from services.gateway.job.table import HISTORY, JOBS, RESERVATIONS, RESULTS
from services.gateway.listing.table import JOB_MARKS
from services.gateway.removal import pruner as pruning
from services.gateway.removal.pruner import Pruner
from services.gateway.replay.store import forget_replay
from services.gateway.replay.table import REPLAY_JOBS, REPLAY_MANIFESTS, REPLAYS
from services.gateway.tombstone.table import TOMBSTONES
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import (
    BODY,
    JOB_ID,
    NOW,
    dead_letter,
    job,
    job_id,
    request,
    started,
    success,
    whole_job,
)

KEPT_DAYS = 30
LONG_AFTER = NOW + timedelta(days=KEPT_DAYS, minutes=1)
TABLE = StageName.TABLE
TABLES = (JOBS, RESULTS, HISTORY, DEAD_LETTERS, JOB_MARKS, RESERVATIONS)
JOB = f"/v1/jobs/{JOB_ID}"
FAILED = [request(), dead_letter(TABLE)]


async def test_a_job_that_has_ended_long_ago_leaves_nothing_but_its_date(gateway: Gateway) -> None:
    posted = await gateway.client.post("/v1/jobs", json=BODY)
    await gateway.project(*whole_job())
    assert await count_rows(gateway) > 1
    before = read_metric("brainshare_jobs_pruned_total")
    assert await prune(gateway) == 1
    told = await gateway.client.get(JOB)
    assert (told.status_code, told.json()["type"]) == (410, "urn:brainshare:problem:job-is-gone")
    assert "is gone since 2026-02-01T03:05:05Z" in told.json()["detail"]
    assert await count_rows(gateway) == 1  # the reservation of the one that is not projected
    assert (await gateway.client.get(posted.headers["Location"])).status_code == 200
    assert read_metric("brainshare_jobs_pruned_total") - before == 1


@pytest.mark.parametrize("path", ["", "/result", "/result.csv", "/events"])
async def test_every_route_of_the_job_says_so(gateway: Gateway, path: str) -> None:
    await gateway.project(*whole_job())
    await prune(gateway)
    assert (await gateway.client.get(JOB + path)).status_code == 410
    assert (await gateway.client.post(f"{JOB}/cancel")).status_code == 410
    assert (await gateway.client.post(f"{JOB}/retry")).status_code == 410


async def test_another_tenant_s_job_that_is_gone_never_was(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(*whole_job(job(tenant="acme")))
    await prune(keyed_gateway)
    told = []
    for tenant in ("acme", "rival"):
        caller = await make_caller(keyed_gateway.database, Role.READ, tenant)
        told.append((await keyed_gateway.client.get(JOB, headers=caller)).status_code)
    assert told == [410, 404]


OPEN: list[tuple[list[ConsumedRecord], str]] = [
    ([request()], "pending"),
    ([request(), started(TABLE)], "running"),
    (FAILED, "failed"),
    ([*FAILED, request(1, redrive=1)], "running"),
]


@pytest.mark.parametrize(("records", "status"), OPEN)
async def test_what_is_open_stays(
    gateway: Gateway, records: list[ConsumedRecord], status: str
) -> None:
    await gateway.project(*records)
    assert await prune(gateway) == 0
    assert (await gateway.client.get(JOB)).json()["status"] == status


async def test_a_failed_job_goes_once_its_letter_is_put_aside(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    await gateway.client.post("/v1/dead-letters/table-0-0/discard", json={"reason": "x"})
    assert await prune(gateway) == 1
    letter = await gateway.client.get("/v1/dead-letters/table-0-0")
    assert letter.status_code == 404


async def test_what_has_ended_lately_stays_whenever_it_was_accepted(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    assert await prune(gateway, LONG_AFTER - timedelta(minutes=2)) == 0


async def test_no_late_record_and_no_rebuild_brings_it_back(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await prune(gateway)
    before = read_metric('brainshare_projector_skipped_total{reason="gone"}')
    await gateway.project(dead_letter(StageName.ROW, 7))
    assert read_metric('brainshare_projector_skipped_total{reason="gone"}') - before == 1
    await gateway.projector.prepare("another cluster")
    while await gateway.projector.step():
        pass
    assert (await gateway.client.get(JOB)).status_code == 410
    assert (await gateway.client.get("/v1/jobs")).json()["jobs"] == []


async def test_who_follows_all_jobs_begins_anew_where_facts_are_gone(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await prune(gateway)
    bounds = await gateway.database.read(read_bounds)
    assert bounds is not None
    assert bounds[0] == bounds[1] > 0


async def test_pages_are_gone_through_to_the_end(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "AT_A_TIME", 2)
    monkeypatch.setattr(pruning, "BREATH_S", 0)
    for number in range(5):
        of = job(job_id(number), stages=STAGE_ORDER[:1])
        await gateway.project(request(2 * number, of), success(TABLE, 2 * number, of))
    await gateway.project(request(20))
    assert await prune(gateway) == 5
    [left] = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert left["jobId"] == str(JOB_ID)


async def test_only_the_gateway_on_duty_prunes_and_with_0_days_none(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    off_duty = Pruner(gateway.database, KEPT_DAYS, lambda: LONG_AFTER, lambda: False)
    for_ever = Pruner(gateway.database, 0, lambda: LONG_AFTER)
    assert [await off_duty.tick(), await for_ever.tick()] == [0, 0]


@pytest.mark.parametrize("path", ["/v1/bulk-actions", "/v1/replays"])
async def test_what_was_done_to_many_goes_with_its_list_once_it_has_ended_long_ago(
    gateway: Gateway, path: str
) -> None:
    asked: dict[str, object] = {"action": "cancel", "jobIds": [str(JOB_ID)]}
    asked = {"stage": "column"} if path.endswith("replays") else asked
    begun = [(await gateway.client.post(path, json=asked)).json() for _ in range(2)]
    tables = (REPLAYS, REPLAY_JOBS, REPLAY_MANIFESTS, BULK_ACTIONS, BULK_JOBS)
    held = await gateway.database.read(_count, tables)
    await gateway.database.write(_end, begun[0]["id"])
    await prune(gateway)
    assert await gateway.database.read(_count, tables) == held // 2
    left = [(await gateway.client.get(f"{path}/{one['id']}")).status_code for one in begun]
    assert left == [404, 200]


async def test_a_tombstone_goes_when_no_topic_can_hold_a_record_any_more(gateway: Gateway) -> None:
    row = {"tenant": "default", "cause": "pruned", "accepted_us": 0, "gone_us": 0}
    ids = [str(job_id(number)) for number in range(3)]
    rows = [row | {"job_id": one} for one in ids]
    await gateway.database.write(lambda c: c.execute(insert(TOMBSTONES), rows))
    await prune(gateway)
    assert (await gateway.client.get(f"/v1/jobs/{ids[0]}")).status_code == 404


async def prune(gateway: Gateway, now: datetime = LONG_AFTER) -> int:
    others = (forget_bulk, forget_replay)
    return await Pruner(gateway.database, KEPT_DAYS, lambda: now, others=others).tick()


async def count_rows(gateway: Gateway) -> int:
    return await gateway.database.read(_count, TABLES)


def _end(connection: Connection, which: str) -> None:
    for table, column in ((BULK_ACTIONS, "bulk_id"), (REPLAYS, "replay_id")):
        ended = update(table).where(table.c[column] == which).values(ended_us=to_us(NOW))
        connection.execute(ended)


def _count(connection: Connection, tables: Iterable[Table]) -> int:
    counts = [select(func.count()).select_from(table) for table in tables]
    return sum(connection.execute(count).scalar_one() for count in counts)
