"""A result in a terminal: nothing is cut, and nothing in it is obeyed."""

import io
import unicodedata
from typing import Any

import pytest
from rich.console import Console

from schemas.api.result import SuggestionResult, assemble_result
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.cli.view.result import print_result
from tests.factory import make_provenance, make_record

NARROW = 80
HEADERS = ("Common Name", "Discovery Year (or First Observation)", "Recognized by IAU")
WIDE = tuple(f"{header} {number}" for number in range(4) for header in HEADERS)


def result_of(headers: tuple[str, ...], cells: tuple[str, ...]) -> SuggestionResult:
    context: dict[str, Any] = {"title": "T", "columns": [{"name": name} for name in headers]}
    record: StageRecord = make_record(context=context)
    rows = RowSuggestions(rows=(RowSuggestion(cells=cells),))
    return assemble_result(record.with_result(StageName.ROW, rows, make_provenance()))


def printed(result: SuggestionResult, width: int = NARROW) -> str:
    text = io.StringIO()
    print_result(result, Console(file=text, width=width))
    return text.getvalue()


@pytest.mark.parametrize("headers", [HEADERS, WIDE], ids=["a table", "a list of cells"])
def test_no_word_is_cut_on_a_narrow_terminal(headers: tuple[str, ...]) -> None:
    cells = tuple(f"Makemake-{number}" for number in range(len(headers)))
    shown = printed(result_of(headers, cells))
    assert "…" not in shown
    assert [cell for cell in cells if cell not in shown] == []
    assert max(map(len, shown.splitlines())) <= NARROW


def test_what_fits_is_a_table_and_the_rest_a_list_of_cells() -> None:
    assert "│ column" not in printed(result_of(("A", "B"), ("1", "2")))
    assert "┃ column" in printed(result_of(WIDE, WIDE))
    assert "┃ column" not in printed(result_of(WIDE, WIDE), width=1_000)


def test_the_type_of_a_column_that_has_none_is_an_empty_cell() -> None:
    lines = printed(result_of(("Name",), ("Ann",))).splitlines()
    [cells] = [line.split("│") for line in lines if "as is" in line]
    assert [cell.strip() for cell in cells[1:4]] == ["as is", "Name", ""]


@pytest.mark.parametrize("text", ["\x1b[31mred", "\x9b2J", "\u202egnp", "[red]x[/red]", "a\nb"])
def test_hostile_text_is_only_shown(text: str) -> None:
    shown = printed(result_of((f"{text} header",), (text,)))
    bare = shown.replace("\n", "")
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in bare)
    assert "[red]x[/red]" in shown or "[red]" not in text
