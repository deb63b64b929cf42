"""A stack that is starting is waited for, with its folder and since when; it is never denied."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker, StackFile, StackModel
from services.cli.target import start
from services.cli.target.start import wait_for_start
from services.cli.target.target import Target, find_target
from services.cli.terminal.error import CliError, GatewayUnreachable, Interrupted
from services.lifecycle.clock import utc_now
from tests.unit.cli.target.test_target import Machine

BROKER = StackBroker(bootstrap_servers="127.0.0.1:19092", embedded=True)
GATEWAY = RunningProcess(name="gateway", pid=1, address="127.0.0.1:18000")


def starting(age_s: float = 12.0) -> Target:
    at = utc_now() - timedelta(seconds=age_s)
    stack = Stack(pid=os.getpid(), broker=BROKER, started_at=at)
    return Target(Path("/elsewhere"), stack, None, "the stack in /elsewhere")


def ready(target: Target) -> Target:
    assert target.stack is not None
    made = target.stack.model_copy(update={"is_ready": True, "processes": (GATEWAY,)})
    return replace(target, stack=made)


def gone(target: Target) -> Target:
    return replace(target, stack=None)


def interrupted(target: Target) -> Target:
    raise KeyboardInterrupt


def test_it_is_waited_for_until_it_is_ready() -> None:
    told: list[str] = []
    assert wait_for_start(starting(), ready, told.append).url == "http://127.0.0.1:18000"
    assert told == ["the stack in /elsewhere has been starting for 12 s: waiting until it is ready"]


@pytest.mark.parametrize(
    ("look", "kind", "told"),
    [
        (gone, GatewayUnreachable, "the stack in /elsewhere ended before it was ready"),
        (interrupted, Interrupted, "not waited for: the stack in /elsewhere has been starting"),
    ],
)
def test_what_ends_the_wait_is_told(
    look: Callable[[Target], Target], kind: type[CliError], told: str
) -> None:
    with pytest.raises(kind, match=told):
        wait_for_start(starting(), look, lambda _: None)


def test_the_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "WAIT_S", 0.0)
    with pytest.raises(GatewayUnreachable, match="has been starting for 12 s: `brainshare doctor`"):
        wait_for_start(starting(), lambda target: target, lambda _: None)


def test_a_gateway_that_is_named_is_not_waited_for() -> None:
    named = replace(starting(), named_url="http://gateway")
    assert wait_for_start(named, gone, pytest.fail) is named


def test_its_gateway_is_never_taken_for_the_default_one() -> None:
    with pytest.raises(GatewayUnreachable, match="the stack in /elsewhere has been starting"):
        assert starting().url


def test_it_is_found_from_another_folder_as_soon_as_it_begins(tmp_path: Path) -> None:
    machine, data_dir = Machine(tmp_path), tmp_path / "a"
    data_dir.mkdir()
    model = StackModel(is_demo=True, finding="")
    with machine.running.noted(data_dir), StackFile(data_dir, BROKER, model):
        found = find_target(working_dir=tmp_path, running=machine.running)
    assert (found.is_starting, found.starting) == (True, f"the stack in {data_dir} is starting")
