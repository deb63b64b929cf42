"""A broker that says nothing is told of within seconds, and that of a stack that starts as such."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.stack.stack_file import Stack, StackBroker
from services.cli.target import topic_access
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import CliError
from services.lifecycle.clock import utc_now

BOUND_S = 0.3
MUCH_S = 20.0


async def read() -> str:
    return "read"


def target(servers: str, is_ready: bool | None = None, is_named: bool = False) -> Target:
    broker = StackBroker(bootstrap_servers=servers, embedded=True)
    stack = Stack(pid=os.getpid(), broker=broker, started_at=utc_now(), is_ready=bool(is_ready))
    return Target(
        Path("/data"), None if is_ready is None else stack, None, "", servers if is_named else None
    )


@pytest.fixture
def silent_servers() -> Iterator[str]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_broker_that_says_nothing_is_told_of_soon(
    silent_servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_access, "REACH_S", BOUND_S)
    begun_at = time.monotonic()
    with pytest.raises(CliError, match=f"no Kafka broker answers at {silent_servers} within 0.3 s"):
        run_on_topics(target(silent_servers, is_named=True), read(), "the topics")
    assert time.monotonic() - begun_at < MUCH_S


@pytest.mark.parametrize(
    ("is_ready", "is_named", "told"),
    [
        (None, True, "no Kafka broker answers"),
        (True, False, "no Kafka broker answers"),
        (False, True, "no Kafka broker answers"),
        (False, False, "the stack in /data is starting, and its broker may not answer yet"),
    ],
)
def test_one_of_a_stack_that_starts_is_told_as_such(
    is_ready: bool | None, is_named: bool, told: str
) -> None:
    with pytest.raises(CliError, match=rf"^{told}"):
        run_on_topics(target("127.0.0.1:9", is_ready, is_named), read(), "the topics")
