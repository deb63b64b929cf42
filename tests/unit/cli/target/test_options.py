"""What client commands say of a gateway that does not answer."""

import os
import socket
from pathlib import Path

import pytest

from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.terminal.error import GatewayUnreachable


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def test_that_of_a_stack_is_not_told_as_if_there_were_none() -> None:
    gateway = RunningProcess(name="gateway", pid=1, address=free_address())
    broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
    stack = Stack(pid=os.getpid(), broker=broker, is_ready=True, processes=(gateway,))
    with (
        pytest.raises(GatewayUnreachable, match=r"it is that of the stack in /data, which may be"),
        open_gateway(Target(Path("/data"), stack, None, "")) as client,
    ):
        client.jobs.page()


def test_one_that_was_named_is_told_as_such() -> None:
    named = Target(Path("/data"), None, f"http://{free_address()}", "")
    with (
        pytest.raises(GatewayUnreachable, match=r"start one with `brainshare up`, or name another"),
        open_gateway(named) as client,
    ):
        client.jobs.page()
