"""The files that services write to."""

from pathlib import Path

import pytest

from services.cli.supervisor.log_file import ROTATE_BYTES, read_last_line, rotate_log


@pytest.mark.parametrize(
    ("text", "expected"),
    [("one\ntwo\n\n", "two"), ("", "(no output)"), ("x" * 9000 + "\nend", "end")],
)
def test_the_last_line_is_the_last_that_is_not_blank(
    tmp_path: Path, text: str, expected: str
) -> None:
    log = tmp_path / "service.log"
    log.write_text(text)
    assert expected == read_last_line(log)


def test_a_log_that_is_not_there_has_no_output(tmp_path: Path) -> None:
    assert read_last_line(tmp_path / "service.log") == "(no output)"


@pytest.mark.parametrize(("size", "is_moved"), [(ROTATE_BYTES, False), (ROTATE_BYTES + 1, True)])
def test_a_large_log_is_moved_aside(tmp_path: Path, size: int, is_moved: bool) -> None:
    log = tmp_path / "service.log"
    with log.open("wb") as file:
        file.truncate(size)
    rotate_log(log)
    assert is_moved == (tmp_path / "service.log.1").exists()
    assert is_moved != log.exists()
