"""What is said of a gateway that does not answer: of no stack, of one that starts, or down."""

import os
from pathlib import Path

import pytest

from services.cli.command.data.explain import _tell_absence
from services.cli.explanation.explanation import explain
from services.cli.explanation.sighting import Sighting
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.target.target import Target
from services.lifecycle.clock import utc_now

GATEWAY = RunningProcess(name="gateway", pid=1, address="127.0.0.1:18000")


def stack(is_ready: bool) -> Stack:
    return Stack(
        pid=os.getpid(),
        broker=StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True),
        started_at=utc_now(),
        is_ready=is_ready,
        processes=(GATEWAY,) if is_ready else (),
    )


@pytest.mark.parametrize(
    ("running", "url", "served", "wrong"),
    [
        (
            None,
            None,
            "no stack was found, and nothing answers at",
            "No stack runs: `brainshare up`",
        ),
        (None, "http://gw", "no gateway answers at http://gw", "The gateway at http://gw is down"),
        (
            stack(False),
            None,
            "the stack is starting",
            "Nothing yet: the stack in /data ",
        ),
        (
            stack(True),
            None,
            "the gateway of the stack in /data",
            "The gateway of the stack in /data",
        ),
    ],
)
def test_a_gateway_that_does_not_answer_is_told_as_what_it_is(
    running: Stack | None, url: str | None, served: str, wrong: str
) -> None:
    absence = _tell_absence(Target(Path("/data"), running, url, ""))
    told = explain(Sighting(None, {}, 0.0, absence))
    assert told[0].startswith(f"Nobody is served: {served}")
    assert told[1].startswith(wrong)
