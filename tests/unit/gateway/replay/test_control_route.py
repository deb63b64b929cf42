"""A control of a replay is planned over HTTP, and a comparison with it holds to limits."""

from typing import Any

import pytest

from schemas.api.key import Role
from services.gateway.replay.past import PastIsBusyError
from services.replay.comparison.control import ControlError
from services.replay.manifest import Manifest
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import job_id
from tests.unit.gateway.replay.test_replay_route import PATH, act, plan, slug

JUDGED: dict[str, Any] = {"stage": "column", "verdict": "worse", "n": 90, "now": 40, "control": 2}
JUDGED |= {"difference": 0.42, "low": 0.31, "high": 0.52, "call": "different"}
NOISE: dict[str, Any] = {"isOfBefore": True, "answers": 90, "missing": 0, "ofAnother": 1}
NOISE |= {"judgements": [JUDGED], "isDifferent": True}


async def plan_control(gateway: Gateway, of: dict[str, Any], **asked: Any) -> dict[str, Any]:
    answer = await gateway.client.post(f"{of['links']['status']}/control", json=asked)
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == planned["links"]["status"]
    return planned


async def test_a_control_is_a_replay_of_its_own_that_says_of_which_it_is_one(
    gateway: Gateway,
) -> None:
    gateway.past.sources = (job_id(1), job_id(2), job_id(3))
    planned = await plan(gateway)
    control = await plan_control(gateway, planned, sample=2, model="m-2", reason="noise")
    (asked,) = gateway.past.controls
    assert str(Manifest.from_json(asked.manifest).replay_id) == planned["id"]
    assert (asked.sample, asked.model) == (2, "m-2")
    assert (control["controlOf"], control["total"], control["state"]) == (
        planned["id"],
        2,
        "planned",
    )
    assert planned["controlOf"] is None
    assert (await act(gateway, control["links"]["start"]))["controlOf"] == planned["id"]
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    (told,) = (one for one in acts if one["on"] == control["id"] and one["deed"] == "plan replay")
    assert (told["after"]["controlOf"], told["reason"]) == (planned["id"], "noise")


async def test_of_a_replay_that_is_not_seen_there_is_no_control(keyed_gateway: Gateway) -> None:
    mine = await make_caller(keyed_gateway.database, Role.OPERATE, "acme")
    other = await make_caller(keyed_gateway.database, Role.OPERATE, "rival")
    body = {"stage": "column"}
    planned = await keyed_gateway.client.post(PATH, json=body, headers=mine)
    ours = await keyed_gateway.client.post(PATH, json=body, headers=other)
    path = f"{planned.json()['links']['status']}/control"
    refused = await keyed_gateway.client.post(path, json={}, headers=other)
    assert (refused.status_code, slug(refused)) == (404, "no-such-replay")
    beside = {"control": planned.json()["id"]}
    path = ours.json()["links"]["comparison"]
    refused = await keyed_gateway.client.get(path, params=beside, headers=other)
    assert (refused.status_code, slug(refused)) == (422, "invalid-parameter")
    assert not keyed_gateway.past.controls
    assert not keyed_gateway.past.compared


async def test_a_comparison_with_it_tells_the_noise_and_why_it_does_not_pass(
    gateway: Gateway,
) -> None:
    planned = await plan(gateway)
    control = await plan_control(gateway, planned)
    gateway.past.noise = NOISE
    asked = {"control": control["id"], "failIf": "worse>2% or cost>+10%"}
    found = (await gateway.client.get(planned["links"]["comparison"], params=asked)).json()
    assert (found["control"], found["failures"]) == (NOISE, ["1 of 1 answers are missing"])
    (told,) = gateway.past.compared
    assert told.control is not None
    assert str(Manifest.from_json(told.control).replay_id) == control["id"]
    assert told.limits == asked["failIf"]


@pytest.mark.parametrize("limits", ["", "worse", "worse>2% and cost>1%", "cost>3", "x" * 501])
async def test_what_is_no_limit_is_refused_before_anything_is_read(
    gateway: Gateway, limits: str
) -> None:
    planned = await plan(gateway)
    path = planned["links"]["comparison"]
    refused = await gateway.client.get(path, params={"failIf": limits})
    assert (refused.status_code, slug(refused)) == (422, "invalid-parameter")
    assert "failIf" in refused.json()["detail"]
    assert not gateway.past.compared


async def test_what_is_no_control_of_it_is_refused(gateway: Gateway) -> None:
    planned = await plan(gateway)
    gateway.past.fails = ControlError("the control is of other jobs (1 of 1)")
    path, asked = planned["links"]["comparison"], {"control": planned["id"]}
    refused = await gateway.client.get(path, params=asked)
    assert (refused.status_code, slug(refused)) == (422, "invalid-parameter")
    assert "other jobs" in refused.json()["detail"]


async def test_a_control_is_planned_later_while_another_plan_is_in_hand(gateway: Gateway) -> None:
    planned = await plan(gateway)
    gateway.past.fails = PastIsBusyError()
    refused = await gateway.client.post(f"{planned['links']['status']}/control", json={})
    assert (refused.status_code, slug(refused)) == (503, "busy")
