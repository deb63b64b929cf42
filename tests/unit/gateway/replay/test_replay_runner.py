"""A replay is run by one gateway at a time, goes on after it, and stops as it is told."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from schemas.kafka.control import CancelRequest
from services.gateway.cancel.canceller import Canceller
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.replay.runner import ReplayRunner, make_pacing
from services.gateway.replay.store import find_replay
from services.kafka import BrokerUnavailableError
from services.replay.ceiling import Ceiling, ReplayStoppedError
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW, TOPICS, job, job_id, request
from tests.unit.gateway.replay.test_replay_route import act, plan

JOBS = tuple(map(job_id, range(1, 6)))


async def start(gateway: Gateway, **pace: Any) -> dict[str, Any]:
    gateway.past.sources = JOBS
    planned = await plan(gateway)
    return await act(gateway, planned["links"]["start"], **pace)


async def read(gateway: Gateway, of: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = (await gateway.client.get(of["links"]["status"])).json()
    return told


async def test_a_plan_waits_until_it_is_started(gateway: Gateway) -> None:
    await plan(gateway)
    assert not await gateway.replays.step()


async def test_each_job_is_started_once_and_then_it_has_completed(gateway: Gateway) -> None:
    running = await start(gateway)
    gateway.runs.gone = JOBS[:1]
    assert await gateway.replays.step()
    ended = await read(gateway, running)
    assert (ended["state"], ended["jobs"]["gone"], ended["jobs"]["waiting"]) == ("completed", 1, 4)
    assert ended["endedAt"] is not None
    assert len(set(gateway.runs.started)) == len(gateway.runs.started) == 4
    assert not await gateway.replays.step()


async def test_it_keeps_the_pace_that_it_was_started_with(gateway: Gateway) -> None:
    limits = {"maxCostUsd": 4, "maxFailedPercent": 5, "maxOpen": 32}
    running = await start(gateway, rate=2, liveWaitS=3, **limits)
    replay = await gateway.database.read(find_replay, running["id"], None)
    assert replay is not None
    pacing = make_pacing(replay)
    assert (pacing.live_wait_s, pacing.ceiling) == (3.0, Ceiling(4.0, 0.05))
    assert pacing.max_open == 32


@pytest.mark.parametrize("killed_after", range(len(JOBS)))
async def test_after_a_gateway_that_was_killed_another_one_goes_on(
    gateway: Gateway, killed_after: int
) -> None:
    running = await start(gateway)
    gateway.runs.stays_after = killed_after
    step = asyncio.ensure_future(gateway.replays.step())
    await until(lambda: len(gateway.runs.started) == killed_after and gateway.runs.pacings)
    step.cancel()
    await asyncio.wait({step})
    gateway.runs.stays_after = None
    assert (await read(gateway, running))["state"] == "running"
    await other_gateway(gateway).step()
    assert (await read(gateway, running))["state"] == "completed"
    assert len(set(gateway.runs.started)) == len(gateway.runs.started) == len(JOBS)


@pytest.mark.parametrize(("word", "state"), [("pause", "paused"), ("abort", "aborting")])
async def test_it_is_halted_in_mid_run_and_says_for_how_long_it_was_held_back(
    gateway: Gateway, word: str, state: str
) -> None:
    running = await start(gateway)
    gateway.runs.stays_after = 2
    step = asyncio.ensure_future(gateway.replays.step())
    await until(lambda: len(gateway.runs.started) == 2)
    await act(gateway, running["links"][word])
    await step
    halted = await read(gateway, running)
    assert (halted["state"], halted["heldBackS"]) == (state, 7.0)
    assert len(gateway.runs.started) == 2


async def test_a_paused_one_goes_on_where_it_was(gateway: Gateway) -> None:
    running = await start(gateway)
    gateway.runs.stays_after = 2
    step = asyncio.ensure_future(gateway.replays.step())
    await until(lambda: len(gateway.runs.started) == 2)
    await act(gateway, running["links"]["pause"])
    await step
    assert not await gateway.replays.step()
    gateway.runs.stays_after = None
    await act(gateway, running["links"]["start"])
    await gateway.replays.step()
    assert len(set(gateway.runs.started)) == len(gateway.runs.started) == len(JOBS)


async def test_a_ceiling_stops_it_and_another_start_goes_on(gateway: Gateway) -> None:
    running = await start(gateway)
    gateway.runs.fails_after = 3
    gateway.runs.error = ReplayStoppedError("$1 are spent of $1")
    await gateway.replays.step()
    stopped = await read(gateway, running)
    assert (stopped["state"], stopped["detail"]) == ("stopped", "$1 are spent of $1")
    gateway.runs.fails_after = None
    again = await act(gateway, running["links"]["start"], maxCostUsd=2)
    assert (again["state"], again["detail"], again["endedAt"]) == ("running", None, None)
    await gateway.replays.step()
    assert len(gateway.runs.started) == len(JOBS)


async def test_a_broker_that_is_away_is_asked_again_and_said(gateway: Gateway) -> None:
    running = await start(gateway)
    gateway.runs.fails_after = 1
    gateway.runs.error = BrokerUnavailableError("no broker answers")
    with pytest.raises(BrokerUnavailableError):
        await gateway.replays.step()
    waits = await read(gateway, running)
    assert (waits["state"], waits["detail"]) == (
        "running",
        "it goes on by itself: no broker answers",
    )
    gateway.runs.fails_after = None
    await gateway.replays.step()
    assert (await read(gateway, running))["state"] == "completed"


async def test_an_abort_cancels_what_has_not_ended_also_what_has_not_arrived_yet(
    gateway: Gateway,
) -> None:
    running = await start(gateway)
    await gateway.replays.step()
    await act(gateway, running["links"]["abort"], reason="wrong")
    await gateway.replays.step()
    assert (await read(gateway, running))["state"] == "aborting"
    for number, started in enumerate(gateway.runs.started):
        of = job().model_copy(update={"job_id": started})
        await gateway.project(request(number, of=of))
    await gateway.replays.step()
    assert (await read(gateway, running))["state"] == "aborted"
    controls = [v for topic, _, v, _ in gateway.publisher.published if topic == TOPICS.control]
    asked = {CancelRequest.from_json(value or b"").job_id for value in controls}
    assert asked == set(gateway.runs.started)


async def test_an_abort_that_another_gateway_goes_on_with_is_not_at_its_end(
    gateway: Gateway,
) -> None:
    running = await start(gateway)
    await gateway.replays.step()
    await act(gateway, running["links"]["abort"], reason="wrong")
    turns = iter([True])
    other = other_gateway(gateway, is_on_duty=lambda: next(turns, False))
    assert await other.step()
    assert (await read(gateway, running))["state"] == "aborting"


async def test_only_the_gateway_on_duty_runs_it(gateway: Gateway) -> None:
    await start(gateway)
    assert not await other_gateway(gateway, is_on_duty=lambda: False).step()
    assert not gateway.runs.started


async def test_the_oldest_goes_first(gateway: Gateway) -> None:
    first, second = await start(gateway), await start(gateway)
    await gateway.replays.step()
    states = [(await read(gateway, one))["state"] for one in (first, second)]
    assert sorted(states) == ["completed", "running"]


def other_gateway(
    gateway: Gateway, *, is_on_duty: Callable[[], bool] = lambda: True
) -> ReplayRunner:
    writer = RecordWriter(gateway.database, gateway.publisher, TOPICS, 1.0, lambda: NOW)
    told = (gateway.runs, lambda: NOW, is_on_duty)
    return ReplayRunner(gateway.database, Canceller(writer), *told, look_s=0.01)


async def until(is_so: Any) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - what it waits for is a list that grows
            await asyncio.sleep(0.005)  # noqa: TID251 - its pace
