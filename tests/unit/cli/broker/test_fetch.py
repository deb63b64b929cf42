"""Where the jars of Kafka are kept."""

import hashlib
from pathlib import Path

import pytest

from services.cli.broker.fetch import choose_repository
from services.cli.broker.jar import Jar

CONTENT = b"a jar"
JARS = [Jar("org.example", "thing", "1.2", hashlib.sha256(CONTENT).hexdigest())]


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A place below a file: nothing can be put there, whoever asks."""
    (tmp_path / "home").write_text("a file")
    return tmp_path / "home" / ".m2"


def keep(repository: Path) -> None:
    path = JARS[0].path_in(repository)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)


def test_they_go_to_the_cache_that_everybody_uses(tmp_path: Path) -> None:
    assert choose_repository(JARS, tmp_path / "cache", tmp_path / "spare") == tmp_path / "cache"


def test_where_the_home_is_read_only_they_go_to_the_data_folder_and_that_is_said(
    unwritable: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose_repository(JARS, unwritable, tmp_path / "spare") == tmp_path / "spare"
    assert f"{unwritable} cannot be written" in capsys.readouterr().err


def test_a_cache_that_has_them_all_need_not_be_writable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path / "cache")
    assert choose_repository(JARS, tmp_path / "cache", tmp_path / "spare") == tmp_path / "cache"
    assert capsys.readouterr().err == ""
