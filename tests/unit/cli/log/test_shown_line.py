"""Logs on a terminal: in columns, by time, and nothing in them is obeyed."""

import json
from pathlib import Path

import pytest

from services.cli.log.shown_line import show_lines
from services.cli.terminal.text import plain
from tests.unit.contract.picture.terminal import Terminal, run


def line(second: int, action: str, **told: object) -> str:
    said = {"at": f"2026-01-02T03:04:{second:02}.500000Z", "action": action, "level": "info"}
    return json.dumps(said | told)


LOGS = {
    "gateway": [line(1, "job_accepted", service="gateway", job_id="j"), line(9, "job_completed")],
    "kafka": ["[2026-01-02] INFO started (kafka.server)"],
    "row-agent": [
        line(5, "answer_published", stage="row"),
        "Traceback:\x1b[2J",
        '{"no": "action"}',
    ],
}
SHOWN = [
    "             kafka                   [2026-01-02] INFO started (kafka.server)",
    "03:04:01.500 gateway        info    job_accepted job_id=j",
    "03:04:05.500 row-agent      info    answer_published stage=row",
    "             row-agent               Traceback: [2J",
    '             row-agent               {"no": "action"}',
    "03:04:09.500 gateway        info    job_completed",
]


def test_lines_of_several_services_stand_in_columns_and_by_time() -> None:
    assert [plain(shown) for shown in show_lines(LOGS)] == SHOWN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    for name, lines in LOGS.items():
        (tmp_path / "log" / f"{name}.log").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_a_terminal_has_the_columns_and_a_pipe_what_was_written(folder: Path) -> None:
    asked = ("logs", "--data-dir", str(folder))
    on_terminal = run(asked, Terminal("wide", 200), b"").output
    assert on_terminal.splitlines() == SHOWN
    in_pipe = run((*asked, "gateway"), Terminal("a pipe"), b"").output
    assert in_pipe.splitlines() == LOGS["gateway"]
