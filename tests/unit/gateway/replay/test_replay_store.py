"""What the tables say of a replay beside its counts: its controls, its failures, its changes."""

from dataclasses import replace
from uuid import UUID

from schemas.stage import StageName
from services.gateway.bulk.store import list_changes
from services.gateway.replay.store import list_controls, list_failed
from services.replay.manifest import replay_of
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, job, job_id, request
from tests.unit.gateway.replay.test_control_route import plan_control
from tests.unit.gateway.replay.test_replay_route import plan

ALL = None


async def test_its_controls_are_those_that_are_of_it_and_seen(gateway: Gateway) -> None:
    first, second = await plan(gateway), await plan(gateway)
    control = await plan_control(gateway, first)
    await plan_control(gateway, second)
    found = await gateway.database.read(list_controls, first["id"], ALL)
    assert [one.replay_id for one in found] == [control["id"]]
    for strange, sight in ((control["id"], ALL), ("%", ALL), (first["id"], "rival")):
        assert await gateway.database.read(list_controls, strange, sight) == []


async def test_jobs_that_have_failed_are_listed_with_what_is_known_of_them(
    gateway: Gateway,
) -> None:
    gateway.past.sources = (job_id(2), JOB_ID)
    planned = await plan(gateway)
    of = job(replay_of(UUID(planned["id"]), JOB_ID), stages=(StageName.COLUMN,))
    letter = replace(dead_letter(StageName.COLUMN, 1, error_message="odd"), key=of.key)
    await gateway.project(request(0, of=of), letter)
    (failed,) = await gateway.database.read(list_failed, planned["id"], 10)
    assert (failed.number, failed.source_job_id, failed.job_id) == (2, str(JOB_ID), str(of.job_id))
    assert "odd" in failed.fold
    assert await gateway.database.read(list_failed, planned["id"], 0) == []


async def test_its_changes_are_the_bulk_actions_about_it(gateway: Gateway) -> None:
    first, second = await plan(gateway), await plan(gateway)
    begun = [
        (await gateway.client.post(f"{of['links']['status']}/promote", json={})).json()
        for of in (first, second, first)
    ]
    found = await gateway.database.read(list_changes, first["id"], ALL, 10)
    assert {one.bulk_id for one in found} == {begun[0]["id"], begun[2]["id"]}
    assert await gateway.database.read(list_changes, first["id"], "rival", 10) == []
