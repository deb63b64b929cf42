"""`brainshare down`, and what the commands of a stack print for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.command.stack import restart
from services.cli.command.stack.up import describe_stack
from services.cli.stack.stack_file import FILE_NAME, RunningProcess, Stack, StackBroker
from services.cli.supervisor.data_dir import is_restart_asked

BROKER = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
WAIT = "import signal; signal.pause()"


def note(folder: Path, pid: int, *processes: RunningProcess) -> Stack:
    stack = Stack(pid=pid, broker=BROKER, is_ready=True, processes=processes)
    (folder / FILE_NAME).write_text(stack.model_dump_json(), encoding="utf-8")
    return stack


def ask(*line: str) -> Any:
    done = CliRunner().invoke(main, [*line, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("as_json", [False, True])
def test_the_supervisor_is_stopped_and_waited_for(tmp_path: Path, as_json: bool) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", WAIT])
    note(tmp_path, supervisor.pid)
    line = ["down", "--data-dir", str(tmp_path), *(["--json"] if as_json else [])]
    done = CliRunner().invoke(main, line)
    told = json.dumps({"stopped": supervisor.pid, "dataDir": str(tmp_path)})
    assert done.stdout == (f"{told}\n" if as_json else "stopped\n")
    assert supervisor.poll() is not None
    assert "calls under way may end first" in " ".join(done.stderr.split())


def test_a_restart_names_both_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = subprocess.Popen([sys.executable, "-c", WAIT])
    (tmp_path / "log").mkdir()
    note(tmp_path, os.getpid(), RunningProcess(name="agent", pid=agent.pid, address=None))
    monkeypatch.setattr(restart, "_pid_now", lambda *_: 7)
    told = ask("restart", "agent", "--data-dir", str(tmp_path))
    agent.wait()
    assert told == {"service": "agent", "oldPid": agent.pid, "pid": 7}
    assert is_restart_asked(tmp_path / "log", "agent", agent.pid)


def test_a_unit_says_where_its_environment_is(tmp_path: Path) -> None:
    told = ask("service", "--data-dir", str(tmp_path / "data"))
    assert told["environmentFile"] == str(tmp_path / "brainshare.env")
    assert told["dataDir"] == str(tmp_path / "data")
    assert told["environmentFile"] in told["unit"]
    assert "ExecStart=" in told["unit"]


def test_what_is_up_is_told_with_all_its_addresses(tmp_path: Path) -> None:
    gateway = RunningProcess(name="gateway", pid=2, address="127.0.0.1:8000")
    told = describe_stack(note(tmp_path, 1, gateway), tmp_path)
    assert told == {
        "dataDir": str(tmp_path),
        "pid": 1,
        "gateway": "http://127.0.0.1:8000",
        "broker": "127.0.0.1:9",
        "model": None,
        "services": [{"name": "gateway", "pid": 2, "address": "127.0.0.1:8000"}],
    }
