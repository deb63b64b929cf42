"""What `brainshare up` says while it starts, runs and stops, with scripts in place of services."""

import os
import signal
import sys
from pathlib import Path

import pytest

from services.cli.command.stack.up import _announce
from services.cli.stack import run
from services.cli.stack.running_stacks import RunningStacks
from services.cli.stack.service_list import BROKER_WAVE, TOPICS_WAVE
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.supervisor.spec import ServiceSpec
from services.cli.terminal.interrupt import STOP_SIGNALS
from services.llm.server.settings import LlmSettings

WAIT = "import signal; signal.pause()"
KEY = "a-key-that-is-not-said"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two that do nothing, and a broker that others run."""
    argv = (sys.executable, "-c", WAIT)
    specs = [ServiceSpec("demo-llm", argv, {}, wave=BROKER_WAVE)]
    specs += [ServiceSpec(name, argv, {}, wave=TOPICS_WAVE) for name in ("gateway", "row-agent")]
    monkeypatch.setattr(run, "service_specs", lambda *_: specs)
    monkeypatch.setattr(run, "TOPICS_ARGV", (sys.executable, "-c", "pass"))
    monkeypatch.setattr(run, "RunningStacks", lambda: RunningStacks(tmp_path / "list"))


def options(folder: Path, **more: object) -> StackOptions:
    return StackOptions(data_dir=folder, bootstrap_servers="127.0.0.1:9", **more)  # type: ignore[arg-type]


def free_ports() -> dict[str, int]:
    return {"gateway_port": 0, "demo_port": 0}


async def interrupt(_: Stack) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_each_step_is_a_line_and_ctrl_c_is_answered_at_once(services: None, tmp_path: Path) -> None:
    said: list[str] = []
    status = run.run_stack(options(tmp_path / "data", **free_ports()), interrupt, said.append)
    assert status == 0
    assert [line for line in said if not line.startswith("waiting for")] == [
        "model: the demo model: canned data (set OPENAI_API_KEY or LLM_PROFILE for a real one)",
        "starting demo-llm",
        "starting gateway, row-agent",
        "stopping; once more ends it at once",
        "stopped",
    ]


async def terminate(_: Stack) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_stop_that_another_asks_for_is_told_as_such(services: None, tmp_path: Path) -> None:
    said: list[str] = []
    run.run_stack(options(tmp_path / "data", **free_ports()), terminate, said.append)
    assert "stopping, as `brainshare down` or another asked by SIGTERM" in said
    assert run.STOPPING.keys() == {*STOP_SIGNALS}


def test_the_model_is_named_and_why_it_is_that_one(services: None, tmp_path: Path) -> None:
    said: list[str] = []
    chosen = options(tmp_path / "data", openai_api_key=KEY, **free_ports())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        run.run_stack(chosen, interrupt, said.append)
    settings = LlmSettings(openai_api_key=KEY)
    assert said[0].startswith(f"model: {settings.effective_model} at ")
    assert "(profile " in said[0]
    assert KEY not in "".join(said)


def test_what_is_ready_is_told_by_an_address_that_a_browser_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gateway = RunningProcess(name="gateway", pid=1, address="127.0.0.1:8000")
    broker = StackBroker(bootstrap_servers="127.0.0.1:9092", embedded=True)
    _announce(Stack(pid=1, broker=broker, processes=(gateway,)))
    assert capsys.readouterr().err.splitlines() == [
        "kafka on 127.0.0.1:9092",
        "nobody is asked for an API key: only this machine can connect",
        "console: http://127.0.0.1:8000/console",
        "ready: http://127.0.0.1:8000/docs (Ctrl-C stops it)",
    ]
