"""When a job that waits for a parked stage is tried again: as the stage's agent says."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.api.status import StageState
from services.cli.stack.park_watch import Parked
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.supervisor.port import PortPicker
from services.cli.target.next_try import LOOK_S, NextTries, ask_agent
from services.cli.target.target import Target
from services.telemetry.health import serve_health
from tests.factory import NOW
from tests.unit.cli.view.test_job import job

AGENTS = ("table-agent", "table-agent-2", "row-agent")


class Agents:
    """The agents of a stack, each with what it says, and the time."""

    def __init__(self, *, has_stack: bool = True, **probes: float | None) -> None:
        self.probes = probes
        self.asked: list[str] = []
        self.passed_s = 0.0
        processes = tuple(RunningProcess(name=n, pid=os.getpid(), address=n) for n in AGENTS)
        broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
        stack = Stack(pid=os.getpid(), broker=broker, is_ready=True, processes=processes)
        target = Target(Path("/data"), stack if has_stack else None, None, "")
        self.tries = NextTries(target, self._ask, lambda: self.passed_s, lambda: NOW)

    def _ask(self, address: str) -> Parked | None:
        self.asked.append(address)
        name = address.replace("-", "_")
        return Parked("down", self.probes[name]) if name in self.probes else None

    def due_in_s(self, own_s: float | None, state: StageState = StageState.WAITING) -> float | None:
        """When the first stage of a job is tried again, whose own time is so far away.

        Args:
            own_s: None where its record is back before the stage.
        """
        retry_at = None if own_s is None else NOW + timedelta(seconds=own_s)
        timed = self.tries.put_into(job(state=state, attempts=2, retry_at=retry_at))
        due_at = timed.stages[0].retry_at
        return None if due_at is None else (due_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("agents", "own_s", "due_s"),
    [
        (Agents(table_agent=46), -20, 46),
        (Agents(table_agent=46), 3, 46),
        (Agents(table_agent=1), 4, 4),
        (Agents(table_agent=46, table_agent_2=7), -20, 7),
        (Agents(table_agent=None), -20, -20),
        (Agents(row_agent=46), -20, -20),
        (Agents(), 4, 4),
        (Agents(has_stack=False, table_agent=46), -20, -20),
        (Agents(table_agent=46), None, 46),
        (Agents(), None, None),
    ],
    ids=[
        "parked beyond its time",
        "parked until after its time",
        "parked until before its time",
        "the first worker that tries",
        "an agent of an earlier release",
        "another stage is parked",
        "not parked",
        "no stack of this machine",
        "back before a stage that is parked",
        "back before a stage that takes it at once",
    ],
)
def test_a_job_is_tried_when_its_time_has_come_and_its_stage_tries(
    agents: Agents, own_s: float | None, due_s: float | None
) -> None:
    assert agents.due_in_s(own_s) == due_s


def test_agents_are_asked_for_a_stage_that_waits_alone_and_not_at_each_drawing() -> None:
    agents = Agents(table_agent=46)
    assert agents.due_in_s(-20, StageState.RUNNING) == -20
    assert agents.asked == []
    assert [agents.due_in_s(-20), agents.due_in_s(-20)] == [46, 46]
    assert agents.asked == ["table-agent", "table-agent-2"]
    agents.passed_s = LOOK_S
    agents.due_in_s(-20)
    assert len(agents.asked) == 4


def test_an_agent_says_by_its_readiness_when_it_tries() -> None:
    port = PortPicker().pick()

    def parked() -> tuple[bool, dict[str, object]]:
        return True, {"parked": "down", "probeInS": 46.0}

    with serve_health("127.0.0.1", port, parked, parked):
        assert ask_agent(f"127.0.0.1:{port}") == Parked("down", 46.0)
    assert ask_agent(f"127.0.0.1:{port}") is None
