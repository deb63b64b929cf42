"""A setting that may not be is told in a line, whichever command reads it first."""

import ast
from pathlib import Path

import pytest

import services
from services.cli.settings.catalogue import FRAGMENTS
from services.lifecycle.failpoint import FailpointSettings
from tests.unit.contract.picture.terminal import Terminal, run

PIPE = Terminal("a pipe")
SOURCE = Path(services.__path__[0])
OWN_READER = ("demo_llm", "lifecycle")
"""The demo imports nothing of ours; the reader itself has to know where secrets are."""


def test_every_fragment_is_read_where_its_errors_become_lines() -> None:
    read = {*FRAGMENTS.values()} - {FailpointSettings}  # of crash tests, which set no wrong one
    names = {fragment.__name__ for fragment in read}
    direct = [
        f"{path.relative_to(SOURCE)}:{call.lineno}"
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] not in OWN_READER
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
    ]
    assert direct == [], "read_settings(...) tells what is wrong in a line"


@pytest.mark.parametrize(
    ("command", "variable"),
    [
        ("status", "BRAINSHARE_WORKERS"),
        ("explain", "GATEWAY_PORT"),
        ("doctor", "KAFKA_PARTITIONS"),
        ("topics apply", "KAFKA_PARTITIONS"),
        ("audit", "KAFKA_PARTITIONS"),
        ("clean", "BRAINSHARE_WORKERS"),
        ("submit a --dry-run", "LLM_TIMEOUT_S"),
        ("service", "BRAINSHARE_WORKERS"),
        ("keys list", "DATABASE_POOL_SIZE"),
    ],
)
def test_a_wrong_setting_is_a_line_of_every_command(
    command: str, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run(tuple(command.split()), PIPE, b"", **{variable: "-5"})
    last = shown.output.splitlines()[-1]
    assert last.startswith(f"error: {variable} is '-5': it must be a ")
    assert shown.status == 78
