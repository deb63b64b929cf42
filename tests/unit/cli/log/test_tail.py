"""The end of a log, and what is added."""

from pathlib import Path

from services.cli.log.file import turn_over
from services.cli.log.tail import LogTail


def test_the_last_lines_come_first_and_then_what_is_new(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("one\ntwo\nthree\n")
    tail = LogTail(log)
    assert tail.last(2) == ["two", "three"]
    with log.open("a") as file:
        file.write("four\nhalf")
    assert tail.new() == ["four"]
    with log.open("a") as file:
        file.write(" a line\n")
    assert tail.new() == ["half a line"]


def test_a_log_that_was_turned_over_goes_on_with_its_new_file(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old\n")
    tail = LogTail(log)
    tail.last(1)
    log.replace(tmp_path / "a.log.1")
    assert tail.new() == []
    log.write_text("new and longer than before\n")
    assert tail.new() == ["new and longer than before"]


def test_a_log_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("much of it\n" * 10)
    tail = LogTail(log)
    tail.last(1)
    log.write_text("short\n")
    assert tail.new() == ["short"]


def test_what_was_written_between_a_look_and_the_turn_is_not_lost(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old\nha")
    tail = LogTail(log)
    assert tail.last(5) == ["old"]
    with log.open("a") as file:
        file.write("lf a line\nthe last one\n")
    turn_over(log)
    log.write_text("new\n")
    assert tail.new() == ["half a line", "the last one", "new"]


def test_of_a_log_that_somebody_has_put_another_in_place_of_only_that_is_read(
    tmp_path: Path,
) -> None:
    log, another = tmp_path / "a.log", tmp_path / "b.log"
    log.write_text("old\nha")
    tail = LogTail(log)
    tail.last(1)
    another.write_text("another\n")
    another.replace(log)
    assert tail.new() == ["another"]
