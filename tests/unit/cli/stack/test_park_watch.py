"""Whoever started a stack is told when a stage of it parks, why, and when it goes on."""

import os
from collections.abc import Iterator

import pytest

from services.cli.stack.park_watch import LOOKS, Parked, ParkWatch, tell_probe
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.supervisor.port import PortPicker
from services.telemetry.health import serve_health

WHY = "the key is refused (401)"


class Agent:
    """An agent's readiness, and what is told of it."""

    def __init__(self, address: str) -> None:
        process = RunningProcess(name="table-agent", pid=os.getpid(), address=address)
        broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
        stack = Stack(pid=os.getpid(), broker=broker, is_ready=True, processes=(process,))
        self.said: list[str] = []
        self.detail: dict[str, object] = {}
        self.told: list[dict[str, object]] = []
        self.watch = ParkWatch(lambda: stack, self.said.append, self.told.append)

    async def look(self, times: int, why: str | None, **more: object) -> None:
        self.detail = {"parked": why, **more}
        for _ in range(times):
            await self.watch.look()


@pytest.fixture
def agent() -> Iterator[Agent]:
    port = PortPicker().pick()
    agent = Agent(f"127.0.0.1:{port}")

    def ready() -> tuple[bool, dict[str, object]]:
        return True, agent.detail

    with serve_health("127.0.0.1", port, ready, ready):
        yield agent


@pytest.mark.parametrize(
    ("probe_in_s", "told"),
    [
        (4.2, "it tries again in 5 s if a job waits then, and goes on trying, so mend the cause"),
        (0, "it tries again with the next job, and goes on trying, so mend the cause"),
        (None, "it tries again by itself, so mend the cause"),
    ],
)
async def test_a_parked_stage_is_said_once_with_why_and_when_it_tries_again(
    agent: Agent, probe_in_s: float | None, told: str
) -> None:
    await agent.look(5, WHY, probeInS=probe_in_s)
    assert agent.said == [f"table-agent: no job goes on: {WHY}; {told}"]


@pytest.mark.parametrize(
    ("why", "setting"),
    [
        ("the key is refused: look at OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("the proxy answered 407: look at HTTPS_PROXY", "HTTPS_PROXY"),
        ("the model server answered 403 (PERMISSION_DENIED)", None),
    ],
)
def test_a_setting_that_a_reason_names_is_said_to_be_read_at_the_start(
    why: str, setting: str | None
) -> None:
    told = tell_probe(Parked(why, 0))
    assert (f"({setting} is read when the stack starts" in told) is (setting is not None)
    assert told.endswith(")") is (setting is not None)


async def test_that_it_goes_on_is_said_and_so_is_the_next_time(agent: Agent) -> None:
    await agent.look(LOOKS, WHY)
    await agent.look(2, None)
    assert agent.said[1:] == ["table-agent: jobs go on"]
    await agent.look(LOOKS, WHY)
    assert len(agent.said) == 3


async def test_programs_are_told_the_same(agent: Agent) -> None:
    await agent.look(LOOKS, WHY, probeInS=4.2)
    await agent.look(2, None)
    assert agent.told == [
        {"service": "table-agent", "parked": WHY, "probeInS": 4.2},
        {"service": "table-agent", "parked": None, "probeInS": None},
    ]


async def test_a_moment_is_not_worth_a_line(agent: Agent) -> None:
    """As where a rate limit says to wait for a second."""
    await agent.look(LOOKS - 1, WHY)
    await agent.look(1, None)
    assert agent.said == []


async def test_an_agent_that_does_not_answer_has_neither_parked_nor_gone_on() -> None:
    agent = Agent("127.0.0.1:9")
    await agent.look(3, WHY)
    assert agent.said == []
