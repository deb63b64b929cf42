"""`brainshare logs` of a stack that has run: its last lines, and what is added to them."""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.terminal.error import Interrupted


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a stack that has run."""
    (tmp_path / "log").mkdir()
    add(tmp_path, "gateway", "one\ntwo\nthree\n")
    add(tmp_path, "row-agent", "first\n")
    return tmp_path


def add(folder: Path, service: str, text: str) -> None:
    with (folder / "log" / f"{service}.log").open("a") as log:
        log.write(text)


def logs(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["logs", *arguments, "--data-dir", str(folder)])


def test_the_last_lines_of_a_service_are_printed_as_they_are(left: Path) -> None:
    assert logs(left, "gateway", "-n", "2").stdout == "two\nthree\n"


def test_lines_of_several_services_say_whose_they_are(left: Path) -> None:
    said = logs(left, "-n", "1").stdout.splitlines()
    assert [line.split() for line in said] == [["gateway", "three"], ["row-agent", "first"]]


def test_a_service_without_a_log_is_told_which_there_are(left: Path) -> None:
    said = logs(left, "worker")
    assert said.exit_code == 1
    assert said.stderr.endswith("there are gateway, row-agent\n")


def test_follow_goes_on_with_what_the_service_writes_until_ctrl_c(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter(["four\n", "five\nsi", "x\n"])

    def pause(_s: float) -> None:
        text = next(written, None)
        if text is None:
            raise KeyboardInterrupt
        add(left, "gateway", text)
        add(left, "row-agent", "of another\n")

    monkeypatch.setattr(time, "sleep", pause)
    said = logs(left, "gateway", "--follow", "-n", "1")
    assert said.stdout == "three\nfour\nfive\nsix\n"
    assert said.exit_code == Interrupted.exit_code
