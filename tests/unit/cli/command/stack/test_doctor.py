"""`brainshare doctor` tells a stack that starts from one that is unwell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker, StackModel
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


def examine(
    folder: Path,
    address: str | None,
    *more: str,
    is_ready: bool = True,
    pid: int | None = None,
    model: StackModel | None = None,
) -> Result:
    agent = RunningProcess(name="row-agent", pid=pid or os.getpid(), address=address)
    broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
    stack = Stack(
        pid=os.getpid(), broker=broker, is_ready=is_ready, processes=(agent,), model=model
    )
    (folder / "stack.json").write_text(stack.model_dump_json())
    return CliRunner().invoke(main, ["doctor", "--data-dir", str(folder), *more])


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


@pytest.mark.parametrize(
    ("probe_in_s", "told"),
    [
        (12.3, "it tries again in 13 s if a job waits then, and goes on trying"),
        (0, "it tries again with the next job, and goes on trying"),
        (None, "it tries again by itself"),
    ],
)
def test_a_stage_that_is_parked_is_trouble_although_its_process_is_well(
    tmp_path: Path, probe_in_s: float | None, told: str
) -> None:
    port = PortPicker().pick()

    def parked() -> tuple[bool, dict[str, object]]:
        return True, {"parked": "the key is refused (401)", "probeInS": probe_in_s}

    with serve_health("127.0.0.1", port, parked, parked):
        examined = examine(tmp_path, f"127.0.0.1:{port}")
    shown = " ".join(examined.stdout.split())
    assert f"row-agent: no job goes on: the key is refused (401); {told}, so mend the" in shown
    assert "row-agent" in examined.stderr


def test_a_process_that_is_gone_is_told_with_its_log(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    shown = "".join(examine(tmp_path, None, pid=ended.pid).stdout.split())
    log = tmp_path / "log" / "row-agent.log"
    told = (
        f"row-agent: process {ended.pid} is gone; the supervisor starts it again unless {log} says"
    )
    assert "".join(told.split()) in shown


REAL = StackModel(is_demo=False, finding="small at http://m (profile x)")
DOWN = "the model server is down: it answered 500"


@pytest.mark.parametrize(
    ("parked", "is_well", "shown", "finding"),
    [
        (None, None, "? model: small", "(not called)"),
        (DOWN, False, "✗ model: small", f"(not called; row-agent says: {DOWN})"),
        ("the budget of the day is spent", None, "? model: small", "(not called)"),
    ],
    ids=["nobody knows", "an agent knows", "an agent is parked for something else"],
)
def test_a_model_that_is_not_called_is_never_said_to_be_well(
    tmp_path: Path, parked: str | None, is_well: bool | None, shown: str, finding: str
) -> None:
    port = PortPicker().pick()

    def ready() -> tuple[bool, dict[str, object]]:
        return True, {"parked": parked, "probeInS": 5}

    with serve_health("127.0.0.1", port, ready, ready):
        told = examine(tmp_path, f"127.0.0.1:{port}", model=REAL)
        for_programs = examine(tmp_path, f"127.0.0.1:{port}", "--json", model=REAL)
    assert shown in " ".join(told.stdout.split())
    assert json.loads(for_programs.stdout)[-1] == {
        "subject": "model",
        "is_well": is_well,
        "finding": f"{REAL.finding} {finding}",
    }
    assert ("model" in told.stderr) is (is_well is False)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (REAL, "small at http://m"),
        (StackModel(is_demo=True, finding="demo"), "the demo model is meant, and it does not run"),
        (None, "gpt"),
    ],
)
def test_the_model_is_the_stack_s_and_not_that_of_this_environment(
    model: StackModel | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the file of an earlier release does not say it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    examined = examine(tmp_path, None, model=model)
    shown = " ".join(examined.stdout.split())
    assert told in shown[shown.index("model:") :]
