"""A job that may cost so much costs no more: it fails readably, before the call."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.api.status import JobState
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import CommandClient, connect
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RETRIES, RunningStack, running_stack

PRICES = {"LLM_PRICE_INPUT_PER_MTOK": "2", "LLM_PRICE_OUTPUT_PER_MTOK": "8"}
POOR = json.dumps(json.loads(PLANETS) | {"options": {"maxCostUsd": 0.001}}).encode()
RICH = json.dumps(json.loads(PLANETS) | {"options": {"maxCostUsd": 5}}).encode()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[RunningStack]:
    with running_stack(tmp_path, "--with-demo", env=RETRIES | PRICES) as running:
        yield running


@pytest.mark.timeout(120)
def test_no_call_is_made_that_could_take_a_job_above_its_money(stack: RunningStack) -> None:
    demo = DemoServer(f"http://{stack.address('demo-llm')}")
    with connect(stack.gateway_url) as gateway:
        fail_for_money(gateway)
        assert demo.calls_begun == 0
        assert run(gateway, RICH).status is JobState.COMPLETED


def fail_for_money(gateway: CommandClient) -> None:
    job = run(gateway, POOR)
    assert job.status is JobState.FAILED
    assert job.error is not None
    assert job.error.kind is ErrorKind.BUDGET
    assert "maxCostUsd" in job.error.message
