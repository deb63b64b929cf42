"""A replay over HTTP says what it would take, what that rests on, and what makes it tell little."""

from typing import Any

from schemas.api.replay.run import ReplayStage
from schemas.stage import StageName
from services.replay.expectation import BASIS, BOTH, warn
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import job_id
from tests.unit.gateway.replay.test_replay_route import act, plan


async def test_it_says_how_long_it_would_take_and_what_that_rests_on(gateway: Gateway) -> None:
    took = {"jobs": 10, "measured": 8, "assumed": 2, "calls": 10}
    tokens = {"input_tokens": 100, "output_tokens": 10}
    gateway.past.expected = (ReplayStage(stage=StageName.COLUMN, **took, **tokens),)
    gateway.past.sources = tuple(map(job_id, range(1, 11)))
    planned = await plan(gateway)
    assert (planned["startS"], planned["jobS"], planned["basis"]) == (2.0, 4.5, BASIS)
    assert (planned["fromPrompts"], planned["fromModels"]) == (["column-8"], ["m-1"])
    assert planned["warning"] is None
    started = await act(gateway, planned["links"]["start"], rate=0.5)
    assert (started["startS"], started["jobS"]) == (20.0, 4.5)


async def test_what_nothing_is_expected_of_has_no_basis(gateway: Gateway) -> None:
    planned = await plan(gateway)
    path = f"{planned['links']['status']}/control"
    control = (await gateway.client.post(path, json={})).json()
    unknown: dict[str, Any] = {"jobS": None, "basis": None, "fromPrompts": [], "fromModels": []}
    assert {name: control[name] for name in unknown} == unknown


async def test_two_factors_at_once_are_warned_of(gateway: Gateway) -> None:
    gateway.past.differs = BOTH
    planned = await plan(gateway)
    assert planned["warning"] == warn({BOTH: 1})
    assert "both differ in 1 job:" in planned["warning"]
