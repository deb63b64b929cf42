"""Export, import, export gives identical bytes; what was imported is read without a gateway."""

import json
from pathlib import Path

import pytest

from schemas.api.job.file import JOB_FILE_FORMAT
from services.cli.job_file.document import read_document
from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import Source
from tests.factory import JOB_ID
from tests.unit.cli.command.job_file.exported import let_export_find, make_file, run

JOB = str(JOB_ID)


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a gateway's job was exported to; there is no gateway any more."""
    let_export_find(monkeypatch, is_there=True)
    path = tmp_path / "first.json"
    assert run(tmp_path, "export", JOB, "-o", str(path)).exit_code == 0
    let_export_find(monkeypatch, is_there=False)
    return path


@pytest.mark.parametrize("words", [["--imported"], []])
def test_export_import_export_gives_identical_bytes(
    first: Path, tmp_path: Path, words: list[str]
) -> None:
    there = tmp_path / "there"
    assert run(there, "import", str(first)).exit_code == 0
    again = tmp_path / "again.json"
    done = run(there, "export", JOB[:8], "-o", str(again), *words)
    assert done.exit_code == 0, done.stderr
    assert again.read_bytes() == first.read_bytes()
    assert b'"later"' in again.read_bytes()


def test_written_otherwise_it_is_the_same_file(first: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(json.loads(first.read_bytes())))
    there = tmp_path / "there"
    assert run(there, "import", str(other)).exit_code == 0
    assert run(there, "export", JOB, "-o", "-").stdout_bytes == first.read_bytes()


def test_import_shows_the_job_its_history_and_its_result(first: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "there", "import", str(first))
    for word in (JOB, "People", "completed", "accepted", "Capital"):
        assert word in done.stdout
    assert "something that looks like a secret was taken out" in done.stderr


def test_imported_twice_it_is_kept_once_and_another_state_only_if_asked(
    first: Path, tmp_path: Path
) -> None:
    there, other = tmp_path / "there", tmp_path / "other.json"
    other.write_bytes(make_file(isWhole=False))
    for words, status in (
        ((str(first),), 0),
        ((str(first),), 0),
        ((str(other),), 1),
        ((str(other), "--overwrite"), 0),
    ):
        assert run(there, "import", *words).exit_code == status
    assert [path.name for path in (there / "imported").iterdir()] == [f"{JOB}.json"]


WRONG = [
    (b"{", "is no JSON"),
    (b"[]", "no job's file"),
    (b'{"format": "brainshare-job/9"}', "brainshare-job/9"),
    (b'{"title": "Planets"}', "does not say that it is one"),
    (f'{{"format": "{JOB_FILE_FORMAT}"}}'.encode(), "is damaged"),
]


@pytest.mark.parametrize(("content", "told"), WRONG)
def test_what_is_no_job_s_file_is_named_and_not_kept(
    content: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    done = run(tmp_path, "import", str(path))
    assert (done.exit_code, told in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "imported").exists()


def test_what_nobody_has_is_refused_as_the_gateway_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_export_find(monkeypatch, is_there=False)
    done = run(tmp_path, "export", JOB)
    assert (done.exit_code, "no gateway answers" in done.stderr) == (8, True)
    done = run(tmp_path, "export", JOB, "--imported")
    assert (done.exit_code, "was imported into" in done.stderr) == (9, True)


def test_a_file_that_is_there_is_not_written_over(first: Path, tmp_path: Path) -> None:
    before = first.read_bytes()
    assert run(tmp_path, "export", JOB, "-o", str(first)).exit_code == 1
    assert first.read_bytes() == before


def test_submitted_it_asks_for_the_same(first: Path) -> None:
    job = read_document(first.read_bytes(), "").document["record"]["job"]
    source = Source("first.json", body=first.read_bytes())
    asked = json.loads(draft_request(source, Wishes(rows=1)))
    assert asked["context"] == job["context"]
    assert asked["want"] == job["want"] | {"rows": 1}
    assert asked.keys() <= {"tableId", "context", "stages", "want", "options", "tags"}


def test_what_a_terminal_obeys_is_escaped_in_the_file(first: Path) -> None:
    assert "\u202e".encode() not in first.read_bytes()
    assert json.loads(first.read_bytes())["later"]["é"] == "\u202e"
