"""The files that services write to."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from services.cli.log.file import KEPT, ROTATE_BYTES, LogFile, read_last_line

OpenLog = Callable[[int], LogFile]
STANDS_STILL = (
    '{"stage": "row", "waiting": 3, "told": "nothing moves", "service": "row-agent",'
    ' "level": "critical", "at": "2026-01-02T03:04:05Z", "action": "stands_still"}'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\n\n", "two"),
        ("", "(no output)"),
        ("x" * 9000 + "\nend", "end"),
        (STANDS_STILL, "stands_still stage=row waiting=3 told=nothing moves"),
        ('{"action": "stopped", "level": "info"}', "stopped"),
        ('{"no": "action"}', '{"no": "action"}'),
        ('["a list"]', '["a list"]'),
    ],
)
def test_the_last_line_is_the_last_that_is_not_blank(
    tmp_path: Path, text: str, expected: str
) -> None:
    log = tmp_path / "service.log"
    log.write_text(text)
    assert expected == read_last_line(log)


def test_a_log_that_is_not_there_has_no_output(tmp_path: Path) -> None:
    assert read_last_line(tmp_path / "service.log") == "(no output)"


def test_the_last_line_may_have_been_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "service.log.1").write_text("end\n")
    (tmp_path / "service.log").write_text("")
    assert read_last_line(tmp_path / "service.log") == "end"


@pytest.fixture(name="open_log")
def _open_log(tmp_path: Path) -> Iterator[OpenLog]:
    with ExitStack() as opened:
        yield lambda limit: opened.enter_context(closing(LogFile(tmp_path / "service.log", limit)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_log_is_turned_over_while_it_is_written_and_few_are_kept(
    tmp_path: Path, open_log: OpenLog
) -> None:
    log = open_log(100)
    for number in range(200):
        log.write(b"line %04d\n" % number)
    assert names(tmp_path) == ["service.log", *(f"service.log.{n}" for n in range(1, KEPT + 1))]
    kept = [(tmp_path / name).read_text().splitlines() for name in reversed(names(tmp_path))]
    lines = [line for file in kept for line in file]
    assert lines == [f"line {number:04}" for number in range(200 - len(lines), 200)]
    assert all(len("\n".join(file)) <= 110 for file in kept)


def test_a_log_whose_folder_was_removed_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with closing(LogFile(folder / "service.log")) as log:
        log.write(b"one\n")
        shutil.rmtree(folder)
        log.write(b"two\n")
        assert (folder / "service.log").read_text() == "two\n"


def test_no_line_is_torn_by_a_turn(tmp_path: Path, open_log: OpenLog) -> None:
    log = open_log(10)
    for part in (b"a long begin", b"ning of a line", b" and its end\nthe next\n"):
        log.write(part)
    older = (tmp_path / "service.log.1").read_text()
    assert older == "a long beginning of a line and its end\n"
    assert (tmp_path / "service.log").read_text() == "the next\n"


def test_a_line_without_an_end_does_not_grow_the_log_for_ever(
    tmp_path: Path, open_log: OpenLog
) -> None:
    log = open_log(100)
    for _ in range(1_000):
        log.write(b"x" * 50)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 250 * (KEPT + 1)


def test_a_disk_that_takes_nothing_costs_lines_and_says_how_many(
    tmp_path: Path, open_log: OpenLog
) -> None:
    path = tmp_path / "service.log"
    path.mkdir()  # cannot be written to, as little as a full disk
    log = open_log(ROTATE_BYTES)
    log.write(b"lost\n")
    path.rmdir()
    log.write(b"kept\n")
    assert path.read_text() == "\n[5 bytes could not be written here]\nkept\n"


def test_a_full_disk_raises_nothing() -> None:
    log = LogFile(Path("/dev/full"))
    log.write(b"lost\n")
    log.write(b"lost too\n")
    log.close()
