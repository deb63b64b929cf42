"""Runs commands as a person does."""

import subprocess
import sys
from collections.abc import Mapping

from services.cli.supervisor.environment import inherited_env
from tests.stack import ROOT

COMMAND_S = 60.0


def run_module(
    module: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_s: float = COMMAND_S,
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m module` to its end, with its output captured."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=inherited_env() | dict(env or {}),
        input=stdin,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )


def run_brainshare(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_s: float = COMMAND_S,
) -> subprocess.CompletedProcess[bytes]:
    """Run the `brainshare` command."""
    return run_module("services.cli", *arguments, env=env, stdin=stdin, timeout_s=timeout_s)
