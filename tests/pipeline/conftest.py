"""One stack for the whole run: a real broker, the real services, the demo model at 0 ms."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.client.command_client import CommandClient, connect
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.webhook_endpoint import WEBHOOKS
from tests.stack import RETRIES, RunningStack, running_stack

ODD_NAME = "Jürgen's data, 100% a\\b"
"""A folder may have any name; each of these signs once kept Kafka from starting."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The stack that the tests share: they may break records, but leave every service running."""
    folder: Path = tmp_path_factory.mktemp("stack") / ODD_NAME
    with running_stack(folder, "--with-demo", env=RETRIES | WEBHOOKS) as running:
        yield running


@pytest.fixture
def gateway(stack: RunningStack) -> Iterator[CommandClient]:
    """A client of the stack's gateway."""
    with connect(stack.gateway_url) as client:
        yield client


@pytest.fixture
def demo(stack: RunningStack) -> Iterator[DemoServer]:
    """The stack's demo model, well again after each test."""
    server = DemoServer(f"http://{stack.address('demo-llm')}")
    yield server
    server.be_well()
