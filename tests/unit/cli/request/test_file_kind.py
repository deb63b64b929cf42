"""What looks like a file is a file: where it is none of ours, it is refused and no title."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import make_source, read_source
from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.error import CliError

HERE = ("table.csv", "people.xlsx", "notes.txt", "letter.docx", "Cheeses.csv")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in HERE:
        Path(name).write_bytes(b"a,b\n1,2\n")
    Path("below").mkdir()
    Path("below/table.csv").write_bytes(b"a,b\n1,2\n")


def read(given: str) -> tuple[object, tuple[str, ...]]:
    source = read_source(given, io.BytesIO())
    return (source.context or {}).get("title"), source.notes


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("tabel.csv", r"^tabel.csv is not there \(did you mean table.csv\?\): give a request"),
        ("Chese.csv", r"\(did you mean Cheeses.csv\?\)"),
        ("table.cvs", r"did you mean table.csv\?"),
        ("table.xlsx", r"\(did you mean table.csv\?\)"),
        ("TABLE.CSV", r"did you mean table.csv\?"),
        ("below/tabel.csv", r"did you mean below/table.csv\?"),
        (
            "nothing.like.it",
            r"^nothing.like.it is not there: give .*; a title .* goes with --title",
        ),
        (
            "my holidays.pdf",
            "^my holidays.pdf is of a kind that is not read: give .*; a title .* --title$",
        ),
        ("table.docx", "^table.docx is of a kind that is not read: give"),
        ("tall.csv", "^tall.csv is not there: give"),
        ("data/", "^data is not there"),
        ("https://example.com/t.csv", "^https://example.com/t.csv is not fetched: save the file"),
        ("x" * 300 + "/t.csv", "cannot be read: its name is too long"),
        ("letter.docx", "^letter.docx is of a kind that is not read: give a request"),
        ("below/", "^below cannot be read: it is a folder"),
        (".", "cannot be read: it is a folder"),
    ],
)
def test_what_looks_like_a_file_is_refused_with_what_may_be_meant(given: str, told: str) -> None:
    with pytest.raises(CliError, match=told):
        read(given)


@pytest.mark.parametrize(
    "title",
    [
        "Cheeses of France",
        "Frameworks for Node.js",
        "Books by J.R.R. Tolkien",
        "Planets vs. moons",
        "Web 2.0",
        "2.0",
        "Companies, e.g. banks.",
        "tabel",
    ],
)
def test_a_title_is_a_title(title: str) -> None:
    assert read(title) == (title, ())


def test_a_title_that_is_also_a_file_s_name_is_told(tmp_path: Path) -> None:
    title, notes = read("cheeses")
    assert title == "cheeses"
    assert notes == (
        "“cheeses” is taken for a title: for the file give its whole name, Cheeses.csv",
    )


def test_what_is_said_to_be_a_title_is_one_whatever_it_looks_like() -> None:
    assert (make_source("report.docx").context or {})["title"] == "report.docx"


@pytest.mark.parametrize("name", ["k\udce9se.csv", "k\udce9se"])
def test_a_file_whose_name_is_no_utf_8_is_read_and_sent(name: str) -> None:
    """Names of old file systems; Python keeps their bytes as lone surrogates."""
    Path(name).write_bytes(b"a,b\n1,2\n")
    source = read_source(name, io.BytesIO())
    assert (source.context or {})["title"] == "k\ufffdse"
    assert draft_request(source, Wishes()).decode()


def test_such_a_name_that_is_near_is_told() -> None:
    Path("b\udce4ume.csv").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(CliError, match="did you mean b\ufffdume"):
        read("baume.csv")


def test_words_are_a_title_where_the_locale_has_no_characters_for_them(tmp_path: Path) -> None:
    script = (
        "import io; from services.cli.request.source import read_source;"
        "print(ascii(read_source('K\\xe4se', io.BytesIO()).context['title']))"
    )
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=inherited_env() | ascii_only,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("'K\\xe4se'\n", "")
