"""`--prompt` is the text of a file, or a version."""

from pathlib import Path

import pytest

from schemas.job.prompt import CarriedPrompt, carry_prompt
from schemas.stage import StageName
from services.cli.replay.prompt_choice import MAX_FILE_BYTES, read_choice
from services.cli.terminal.error import CliError

COLUMN = StageName.COLUMN


@pytest.mark.parametrize("said", [None, "column-4", "column-text-0123456789ab", "4.2"])
def test_what_is_no_file_is_a_version(said: str | None) -> None:
    assert read_choice(said, COLUMN) == said


def test_a_file_is_read_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("new.txt", "column-4"):
        Path(name).write_bytes(b"Say it.\r\n")
        found = read_choice(name, COLUMN)
        assert isinstance(found, CarriedPrompt)
        assert found == carry_prompt(COLUMN, "Say it.")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is no prompt: line 1: there is no text"),
        (b"a\n\xff", "is no prompt: line 2: it is no UTF-8"),
        ("a\n\nb\u202e".encode(), r"is no prompt: line 3: .*U\+202E"),
        (b"x" * (MAX_FILE_BYTES + 1), "is no prompt: it is longer than 20,000"),
        (b"x" * 20_001, "is no prompt: line 1: here it is longer"),
    ],
)
def test_a_file_that_is_no_prompt_is_refused_with_line_and_reason(
    tmp_path: Path, data: bytes, why: str
) -> None:
    path = tmp_path / "new.txt"
    path.write_bytes(data)
    with pytest.raises(CliError, match=why) as refused:
        read_choice(str(path), COLUMN)
    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize("said", ["no/such", "nosuch.txt", "."])
def test_what_is_named_as_a_file_and_is_none_is_refused(said: str) -> None:
    path = {".": "./"}.get(said, said)
    with pytest.raises(CliError, match="cannot be read"):
        read_choice(path, COLUMN)
