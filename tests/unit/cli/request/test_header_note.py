"""A header whose names stand twice, or are not there, is told with the columns' numbers."""

import io
from pathlib import Path

import pytest

from services.cli.request.header_note import note_header
from services.cli.request.source import read_source

SAME = "nothing is changed, but what is proposed cannot tell them apart"


@pytest.mark.parametrize(
    ("header", "notes"),
    [
        ("Name,Age", []),
        ("Country,country", []),
        (
            "Name,Country,Country,Notes",
            [f"t: columns 2 and 3 have the same name, “Country”: {SAME}"],
        ),
        ("Name,,Age", ["t: column 2 has no name: nothing is changed"]),
        ("Name, ,", ["t: columns 2 and 3 have no name: nothing is changed"]),
        (
            "a,b,a ,,b,a",
            [
                f"t: columns 1, 3 and 6 have the same name, “a”: {SAME}",
                f"t: columns 2 and 5 have the same name, “b”: {SAME}",
                "t: column 4 has no name: nothing is changed",
            ],
        ),
        ("a\x1b[2J,a\x1b[2J", [f"t: columns 1 and 2 have the same name, “a [2J”: {SAME}"]),
    ],
)
def test_each_name_is_told_with_its_columns(header: str, notes: list[str]) -> None:
    assert list(note_header(header.split(","), "t")) == notes


def test_a_header_of_any_width_is_told_in_a_few_lines() -> None:
    *names, more, nameless = note_header([*"abcdefg" * 20, *[""] * 100], "t")
    assert [note[:50] for note in names] == [
        f"t: columns {', '.join(str(n + 7 * step) for step in range(8))} and 12 more"[:50]
        for n in range(1, 6)
    ]
    assert more == "t: and 2 more names stand more than once"
    assert nameless.startswith("t: columns 141, 142,")


def test_a_file_is_sent_as_it_is_and_its_notes_say_so(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("Name,Country,Country,\nAnn,AR,AR,x\n")
    source = read_source(str(tmp_path / "odd.csv"), io.BytesIO())
    assert source.context is not None
    names = [column["name"] for column in source.context["columns"]]
    assert names == ["Name", "Country", "Country", ""]
    assert len(source.notes) == 2
