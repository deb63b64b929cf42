"""A file is written whole or not at all, and over another one only when that was asked for."""

import errno
from pathlib import Path

import pytest

from services.cli.export.new_file import write_new
from services.cli.terminal.error import CliError


def test_a_new_file_is_written_and_nothing_beside_it(tmp_path: Path) -> None:
    write_new(tmp_path / "t.csv", b"x", overwrite=False)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("t.csv", b"x")]


def test_what_is_there_stays_unless_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with pytest.raises(CliError, match="exists already: name another file, or add --overwrite"):
        write_new(path, b"new", overwrite=False)
    assert path.read_bytes() == b"old"
    write_new(path, b"new", overwrite=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    link = tmp_path / "t.csv"
    link.symlink_to("real.csv")
    write_new(link, b"new", overwrite=True)
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_what_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(path: Path, content: bytes) -> int:
        path.open("wb").close()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(CliError, match=r"t\.csv cannot be written: its disk is full"):
        write_new(tmp_path / "t.csv", b"x", overwrite=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "why"), [("", "is a folder"), ("no/t.csv", "no such file or folder")]
)
def test_a_place_that_is_none_is_told(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(CliError, match=why):
        write_new(tmp_path / name, b"x", overwrite=False)
