"""Results of a replay are promoted by a rule and rolled back over HTTP, as bulk actions."""

from typing import Any
from uuid import UUID

import pytest

from services.gateway.replay.past import PastIsBusyError
from services.replay.manifest import replay_of
from services.replay.question.promote import Promotable
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, job_id, whole_job
from tests.unit.gateway.promotion.past import Desk, replay
from tests.unit.gateway.replay.test_replay_route import plan, slug

OTHER = job_id(2)


async def open_replay(gateway: Gateway, number: int = 1) -> tuple[dict[str, Any], Desk]:
    """A replay of two jobs, of which the tables know one, whose replay has completed."""
    gateway.past.sources = (JOB_ID, OTHER)
    planned = await plan(gateway)
    of = replay_of(UUID(planned["id"]), JOB_ID)
    await gateway.project(*whole_job(), *replay(number, as_id=of))
    return planned, Desk(gateway)


async def change(gateway: Gateway, of: dict[str, Any], word: str, **said: Any) -> dict[str, Any]:
    """Begin to promote or to roll back, and go through it."""
    answer = await gateway.client.post(f"{of['links']['status']}/{word}", json=said)
    assert answer.status_code == 202, answer.text
    begun: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == begun["links"]["status"]
    assert (begun["replayId"], begun["done"]) == (of["id"], 0)
    while await gateway.runner.step():
        pass
    ended: dict[str, Any] = (await gateway.client.get(begun["links"]["status"])).json()
    assert ended["state"] == "completed"
    return ended


async def tell_skipped(gateway: Gateway, bulk: dict[str, Any]) -> dict[str, str]:
    path = f"{bulk['links']['jobs']}?outcome=skipped"
    jobs = (await gateway.client.get(path)).json()["jobs"]
    return {one["jobId"]: one["detail"] for one in jobs}


async def test_what_passes_the_rule_is_promoted_and_all_else_is_named(gateway: Gateway) -> None:
    planned, desk = await open_replay(gateway)
    gateway.past.promotable = Promotable((str(JOB_ID),), {str(OTHER): "it is the same"})
    ended = await change(gateway, planned, "promote", rule="better", reason="column-10")
    counts = (ended["action"], ended["total"], ended["done"], ended["skipped"])
    assert counts == ("promote", 2, 1, 1)
    assert await tell_skipped(gateway, ended) == {str(OTHER): "it is the same"}
    assert (await desk.read()).json()["rows"][0]["cells"] == {"s1": "1"}
    (asked,) = gateway.past.choosing
    assert (asked.rule, asked.wanted) == ("better", frozenset())
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    (begun,) = (act for act in acts if act["deed"] == "begin bulk action")
    told = {"action": "promote", "jobs": 2, "replay": planned["id"], "rule": "better"}
    assert (begun["after"], begun["reason"]) == (told, "column-10")


async def test_promoted_twice_is_once(gateway: Gateway) -> None:
    planned, desk = await open_replay(gateway)
    for _ in range(2):
        assert (await change(gateway, planned, "promote"))["done"] == 1
    assert len(desk.control) == 1


async def test_rolled_back_a_job_has_its_own_result_to_the_byte(gateway: Gateway) -> None:
    planned, desk = await open_replay(gateway)
    before = (await desk.read()).content
    await change(gateway, planned, "promote")
    assert (await desk.read()).content != before
    ended = await change(gateway, planned, "rollback", reason="wrong after all")
    assert (ended["action"], ended["total"], ended["done"]) == ("roll back", 2, 1)
    assert await tell_skipped(gateway, ended) == {str(OTHER): "there is no such job"}
    assert (await desk.read()).content == before


async def test_the_result_of_another_replay_is_not_rolled_back(gateway: Gateway) -> None:
    planned, desk = await open_replay(gateway)
    await gateway.project(*replay(7))
    await desk.promote(7)
    ended = await change(gateway, planned, "rollback", jobIds=[str(JOB_ID)])
    assert await tell_skipped(gateway, ended) == {
        str(JOB_ID): "it has the result of another replay"
    }
    assert (await desk.read()).json()["rows"][0]["cells"] == {"s1": "7"}


async def test_a_preview_counts_and_begins_nothing(gateway: Gateway) -> None:
    planned, _ = await open_replay(gateway)
    path = f"{planned['links']['status']}/promote"
    answer = await gateway.client.post(path, json={"preview": True})
    assert (answer.status_code, answer.json()) == (200, {"action": "promote", "total": 1})
    assert (await gateway.client.get("/v1/bulk-actions")).json()["bulkActions"] == []


@pytest.mark.parametrize(
    ("word", "said", "named"),
    [
        ("promote", {"rule": "best"}, "/rule"),
        ("promote", {"rule": "failing"}, "/rule"),
        ("promote", {"jobIds": [str(job_id(3))]}, "/jobIds"),
        ("rollback", {"jobIds": [str(JOB_ID), str(job_id(3))]}, "/jobIds"),
        ("rollback", {"rule": "better"}, "/rule"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_its_name(
    gateway: Gateway, word: str, said: dict[str, Any], named: str
) -> None:
    planned, _ = await open_replay(gateway)
    refused = await gateway.client.post(f"{planned['links']['status']}/{word}", json=said)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, named)
    assert not gateway.past.choosing


async def test_topics_that_are_being_read_are_asked_later(gateway: Gateway) -> None:
    planned, _ = await open_replay(gateway)
    gateway.past.fails = PastIsBusyError()
    refused = await gateway.client.post(f"{planned['links']['status']}/promote", json={})
    assert (refused.status_code, slug(refused)) == (503, "busy")


@pytest.mark.parametrize("action", ["promote", "roll back"])
async def test_a_bulk_action_of_any_jobs_promotes_nothing(gateway: Gateway, action: str) -> None:
    asked = {"action": action, "jobIds": [str(JOB_ID)]}
    refused = await gateway.client.post("/v1/bulk-actions", json=asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/action")
