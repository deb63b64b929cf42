"""What Faust knows of its consumer and does not act on."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from services.kafka import KafkaSettings
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.stage_runtime.consumer.faust_app import CONSUMER_TASKS, StageApp, build_stage_app
from services.stage_runtime.consumer.stream_buffer import HeldBytes


@dataclass
class Task:
    is_done: bool = False

    def done(self) -> bool:
        return self.is_done


@dataclass
class Client:
    """aiokafka's consumer, as far as we look into it."""

    _coordinator: Any = field(default_factory=lambda: SimpleNamespace(_coordination_task=Task()))
    _fetcher: Any = field(default_factory=lambda: SimpleNamespace(_fetch_task=Task()))


def make_app(client: Client) -> StageApp:
    app = build_stage_app(
        stage="table",
        group="table-agent",
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1"),
        inputs=("table.requests",),
        instance_id="w-0",
        data_dir="unused",
        held=HeldBytes(1),
        turns=TurnQueue(Concurrency(1)),
    )
    app._consumer = SimpleNamespace(_thread=SimpleNamespace(_consumer=client))  # type: ignore[assignment]
    return app


def test_a_consumer_whose_tasks_run_is_well() -> None:
    assert make_app(Client()).find_fault() is None


@pytest.mark.parametrize(("part", "task", "what"), CONSUMER_TASKS)
def test_a_task_of_the_consumer_that_has_ended_is_a_fault(part: str, task: str, what: str) -> None:
    client = Client()
    getattr(getattr(client, part), task).is_done = True
    assert make_app(client).find_fault() == f"{what} has ended"
