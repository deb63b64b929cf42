"""A process ends with the status that tells its supervisor what to do, and with one line."""

import subprocess
import sys

import pytest

from services.lifecycle import exit_status
from services.lifecycle.shutdown import refuse

AT_ONCE = """
from services.lifecycle.shutdown import refuse_at_once
try:
    refuse_at_once("no topics")
except BaseException:
    print("caught")
"""
FAILED_TASK = """
import asyncio
from services.lifecycle.shutdown import end_on_failure

async def fail():
    raise ValueError("planted")

async def main():
    task = asyncio.create_task(fail())
    task.add_done_callback(end_on_failure)
    await asyncio.Event().wait()

asyncio.run(main())
"""
CANCELLED_TASK = """
import asyncio
from services.lifecycle.shutdown import end_on_failure

async def main():
    task = asyncio.create_task(asyncio.Event().wait())
    task.add_done_callback(end_on_failure)
    task.cancel()
    await asyncio.wait({task})

asyncio.run(main())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )


def test_a_refusal_says_why_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        refuse("the host is open")
    assert left.value.code == exit_status.REFUSED
    assert capsys.readouterr().err == "error: the host is open\n"


def test_a_refusal_at_once_cannot_be_caught() -> None:
    done = run(AT_ONCE)
    said = (done.returncode, done.stdout, done.stderr)
    assert said == (exit_status.REFUSED, "", "error: no topics\n")


def test_a_task_that_must_run_for_ever_takes_the_process_with_it_and_says_why() -> None:
    done = run(FAILED_TASK)
    assert done.returncode == exit_status.BUG
    assert "planted" in done.stdout + done.stderr


def test_a_task_that_is_cancelled_ends_nothing() -> None:
    assert run(CANCELLED_TASK).returncode == 0
