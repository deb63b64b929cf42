"""`brainshare restart` of a service that has ended for good says so, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.stack.stack_file import FILE_NAME, RunningProcess, Stack, StackBroker

BROKER = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)


def test_a_service_that_is_not_started_again_is_told_with_what_starts_it(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    agent = RunningProcess(name="table-agent", pid=ended.pid, address=None)
    stack = Stack(pid=os.getpid(), broker=BROKER, is_ready=True, processes=(agent,))
    (tmp_path / FILE_NAME).write_text(stack.model_dump_json())
    done = CliRunner().invoke(main, ["restart", "table-agent", "--data-dir", str(tmp_path)])
    assert (done.exit_code, done.stderr) == (
        1,
        "error: table-agent does not run, and is not started again: see `brainshare logs"
        " table-agent` for why; `brainshare down` and `up` start it again\n",
    )
