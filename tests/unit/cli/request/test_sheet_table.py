"""A sheet as the table of a request."""

import io
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from schemas.job.request import SuggestionRequest
from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import Source, read_source
from services.cli.terminal.error import CliError
from tests.unit.cli.workbook.book import make_book, make_rows


def read(folder: Path, content: bytes, name: str = "people.xlsx", **given: Any) -> Source:
    path = folder / name
    path.write_bytes(content)
    return read_source(str(path), io.BytesIO(), **given)


def context(source: Source) -> dict[str, Any]:
    assert source.context is not None
    return source.context


def test_a_sheet_is_a_request_that_the_gateway_takes(tmp_path: Path) -> None:
    source = read(tmp_path, make_rows(("name", "age"), ("Ann", 7)))
    request = SuggestionRequest.from_json(draft_request(source, Wishes()))
    assert request.context.title == "people"
    assert request.context.rows[0].values == ("Ann", "7")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ((7, 8), "integer"),
        ((7, 8.5), "decimal"),
        ((7, None, 8), "integer"),
        ((7, "eight"), None),
        (("7", "8"), None),
        ((True, False), "boolean"),
        ((date(2024, 3, 4), date(2024, 3, 5)), "datetime"),
        ((datetime(2024, 3, 4, 9, 30), date(2024, 3, 5)), None),  # noqa: DTZ001
        ((time(9, 30),), None),
        ((1e20, 5), None),
        ((), None),
    ],
)
def test_a_type_is_declared_where_every_cell_proves_it(
    tmp_path: Path, cells: tuple[Any, ...], kind: str | None
) -> None:
    content = make_rows(("key", "value"), *(("x", cell) for cell in cells))
    assert context(read(tmp_path, content))["columns"][1].get("dataType") == kind


def test_numbers_that_are_shown_with_zeros_in_front_are_names(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("zip", "n"))
        sheet.append((1067, 1))
        sheet["A2"].number_format = "00000"

    read_context = context(read(tmp_path, make_book(fill)))
    assert read_context["columns"] == [{"name": "zip"}, {"name": "n", "dataType": "integer"}]
    assert read_context["rows"] == [{"cells": ["01067", "1"]}]


def test_rows_and_columns_that_show_nothing_are_left_out(tmp_path: Path) -> None:
    empty = (None, None, None, None)
    content = make_rows(
        empty, (None, "a", None, "b"), empty, (None, 1, "", None), (None, None, None, 2)
    )
    found = context(read(tmp_path, content))
    assert [column["name"] for column in found["columns"]] == ["a", "b"]
    assert found["rows"] == [{"cells": ["1", ""]}, {"cells": ["", "2"]}]


def test_a_title_above_the_table_is_told_with_the_area_to_name(tmp_path: Path) -> None:
    content = make_rows(("Sales",), (), ("name", "age"), ("Ann", 7))
    with pytest.raises(CliError, match="--sheet 'Sheet!A3:B4'"):
        read(tmp_path, content)
    found = context(read(tmp_path, content, sheet="Sheet!A3:B4"))
    assert found["rows"] == [{"cells": ["Ann", "7"]}]


def test_rows_beyond_what_a_request_holds_are_told(tmp_path: Path) -> None:
    source = read(tmp_path, make_rows(("n",), *((n,) for n in range(2_500))))
    assert (len(context(source)["rows"]), context(source)["totalRowCount"]) == (2_000, 2_500)
    assert "its first 2,000 of 2,500 rows are sent" in source.notes[0]


def test_names_that_stand_twice_are_told_of_a_sheet_too(tmp_path: Path) -> None:
    source = read(tmp_path, make_rows(("Name", "Land", "Land", None), ("Ann", 1, 2, 3)))
    twice, nameless = source.notes
    assert "columns 2 and 3 have the same name, “Land”" in twice
    assert "column 4 has no name" in nameless


def test_a_workbook_comes_from_standard_input_or_under_another_name(tmp_path: Path) -> None:
    content = make_rows(("a", "b"), ("x", 7))
    rows = [{"cells": ["x", "7"]}]
    assert context(read_source("-", io.BytesIO(content)))["rows"] == rows
    assert context(read(tmp_path, content, "people.csv"))["rows"] == rows


@pytest.mark.parametrize(
    ("name", "content", "given", "message"),
    [
        ("t.xlsx", b"a,b\n1,2\n", {}, "is no spreadsheet, whatever its name says"),
        ("t.xlsx", b"", {}, "is broken, or not whole"),
        ("t.csv", b"a,b\n1,2\n", {"sheet": "S"}, "--sheet 'S' is of a spreadsheet"),
        ("t.xlsx", make_rows(("a",)), {"sheet": "Sheet!C1:D9"}, "nothing stands in 'Sheet'"),
    ],
)
def test_what_is_no_sheet_is_told(
    tmp_path: Path, name: str, content: bytes, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(CliError, match=message):
        read(tmp_path, content, name, **given)


def test_a_file_of_any_size_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.request.source.MAX_BYTES", 4)
    with pytest.raises(CliError, match="is larger than"):
        read(tmp_path, b"a,b\n1,2\n", "t.csv")


def test_options_change_a_table_of_a_sheet_too(tmp_path: Path) -> None:
    source = read(tmp_path, make_rows(("a", "b"), ("x", 7)))
    assert json.loads(draft_request(source, Wishes(rows=3)))["want"] == {"rows": 3}
