"""`brainshare doctor` tells a stack that starts from one that is unwell."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.supervisor.port import PortPicker
from services.telemetry.health import serve_health


@pytest.fixture
def unready() -> Iterator[str]:
    """The address of an agent that has no partitions yet."""
    port = PortPicker().pick()

    def not_yet() -> tuple[bool, dict[str, object]]:
        return False, {"partitions": [], "parked": None}

    with serve_health("127.0.0.1", port, not_yet, not_yet):
        yield f"127.0.0.1:{port}"


def examine(folder: Path, address: str, *, is_ready: bool) -> Result:
    agent = RunningProcess(name="row-agent", pid=os.getpid(), address=address)
    broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
    stack = Stack(pid=os.getpid(), broker=broker, is_ready=is_ready, processes=(agent,))
    (folder / "stack.json").write_text(stack.model_dump_json())
    return CliRunner().invoke(main, ["doctor", "--data-dir", str(folder)])


def test_what_is_not_there_yet_while_a_stack_starts_is_said_to_start(
    tmp_path: Path, unready: str
) -> None:
    examined = examine(tmp_path, unready, is_ready=False)
    shown = " ".join(examined.stdout.split())
    assert " is starting: 1 processes" in shown
    assert "gateway: the stack is starting: it has not been started yet" in shown
    assert "row-agent: the stack is starting" in shown
    assert "answers 503" not in shown
    assert "still starting: stack, kafka, gateway, row-agent" in " ".join(examined.stderr.split())
    assert examined.exit_code == 1


@pytest.mark.parametrize(
    ("age_s", "told"), [(5, "it runs for 5 s, and has no partitions yet"), (600, "answers 503")]
)
def test_a_process_that_was_started_again_is_given_its_time(
    tmp_path: Path, unready: str, age_s: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_at = psutil.Process().create_time()
    monkeypatch.setattr("time.time", lambda: begun_at + age_s)
    examined = examine(tmp_path, unready, is_ready=True)
    assert told in " ".join(examined.stdout.split())
    assert "not well: kafka" in examined.stderr
