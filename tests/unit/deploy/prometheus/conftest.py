"""Debian's promtool, which evaluates rules as Prometheus does."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def promtool() -> str:
    """Debian's. A laptop may be without one; CI may not."""
    found = shutil.which("promtool")
    if found is None:
        reason = "promtool is missing: apt-get install prometheus"
        assert not os.environ.get("CI"), reason  # noqa: TID251 - not a setting
        pytest.skip(reason)
    return found


def ask(promtool: str, *arguments: object) -> str:
    """What it says of something that is right."""
    is_right, said = judge(promtool, *arguments)
    assert is_right, said[-4000:]
    return said


def judge(promtool: str, *arguments: object) -> tuple[bool, str]:
    """Whether it holds something to be right, and what it says of it."""
    done = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr
