"""What a person may type where a request is due."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import read_source
from services.cli.terminal.error import CliError

PEOPLE = {"columns": [{"name": "name"}, {"name": "age"}], "totalRowCount": 1}


def draft(argument: str, wishes: Wishes | None = None, stdin: bytes = b"") -> dict[str, Any]:
    source = read_source(argument, io.BytesIO(stdin))
    body = json.loads(draft_request(source, wishes or Wishes()))
    assert isinstance(body, dict)
    return body


def write(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_words_are_the_title_of_a_new_table() -> None:
    assert draft("Cheeses of France") == {
        "tableId": "Cheeses-of-France",
        "context": {"title": "Cheeses of France", "description": ""},
    }


def test_a_title_in_any_script_makes_a_valid_table_id() -> None:
    assert draft("日本の山")["tableId"] == "table"


@pytest.mark.parametrize(
    "content",
    [
        b"name,age\nAnn,7\n",
        b"\xef\xbb\xbfname;age\r\nAnn;7\r\n",
        b"name\tage\nAnn\t7",
        "name,age\nAnn,7\n".encode("utf-16"),
        b'"name",age\n\n"Ann",7\n\n',
        b"sep=;\r\nname;age\r\nAnn;7\r\n",
        b'\xef\xbb\xbf"sep=^"\nname^age\nAnn^7',
    ],
)
def test_a_csv_file_is_a_table_whatever_made_it(tmp_path: Path, content: bytes) -> None:
    context = draft(write(tmp_path, "people.csv", content))["context"]
    assert context == {"title": "people", "rows": [{"cells": ["Ann", "7"]}], **PEOPLE}


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (b"a,b\n007,+49 151\n", ["007", "+49 151"]),
        (b'a,b\n"two\nlines","say ""x"""\n', ["two\nlines", 'say "x"']),
        (b"a;b\n1,5;2\n", ["1,5", "2"]),
        ("a,b\n\u00a0x , y\n".encode(), ["\u00a0x ", " y"]),
    ],
)
def test_no_cell_is_changed(tmp_path: Path, content: bytes, cells: list[str]) -> None:
    assert draft(write(tmp_path, "t.csv", content))["context"]["rows"] == [{"cells": cells}]


def test_rows_beyond_what_a_request_holds_are_counted(tmp_path: Path) -> None:
    content = b"a,b\n" + b"1,2\n" * 2_500
    context = draft(write(tmp_path, "long.csv", content))["context"]
    assert (len(context["rows"]), context["totalRowCount"]) == (2_000, 2_500)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "is empty: its first line must name the columns"),
        ("t.csv", b"a,b\n1,2,3\n", "row 1 has 3 cells, but the first line names 2 columns"),
        (
            "t.csv",
            "a,b\nn,M\xfcller\n".encode("latin-1"),
            r"is not UTF-8 \(line 2\): .*iconv -f WINDOWS",
        ),
        ("t.csv", "a,b\n1,2\n".encode("utf-16-le"), "is not UTF-8: .*iconv -f UTF-16LE"),
        ("t.csv", b'a,b\n"x"y,2\n', "line 2 is no CSV"),
        ("notes", b"\xff\xfe\x00\xd8", "is neither JSON nor UTF-8 text"),
        ("notes", b"  \n", "is empty"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(CliError, match=message):
        draft(write(tmp_path, name, content))


@pytest.mark.parametrize("missing", ["table.csv", "request.json", "a/b"])
def test_what_looks_like_a_file_is_no_title(missing: str) -> None:
    with pytest.raises(CliError, match=f"{missing} is not there"):
        draft(missing)


@pytest.mark.parametrize(
    ("given", "context"),
    [
        (b"Cheeses\nOf France", {"title": "Cheeses", "description": "Of France"}),
        (b"name,age\nAnn,7\n", {"title": "Table", "rows": [{"cells": ["Ann", "7"]}], **PEOPLE}),
        (
            b"sep=^\nname^age\nAnn^7",
            {"title": "Table", "rows": [{"cells": ["Ann", "7"]}], **PEOPLE},
        ),
        (b'{"tableId": "t", "context": "Planets"}', "Planets"),
    ],
)
def test_standard_input_is_text_a_table_or_a_request(given: bytes, context: object) -> None:
    assert draft("-", stdin=given)["context"] == context


def test_a_request_without_options_goes_as_its_file_holds_it(tmp_path: Path) -> None:
    content = b'{ "tableId":"t",\n "context": "Planets" }'
    source = read_source(write(tmp_path, "r.json", content), io.BytesIO())
    assert draft_request(source, Wishes()) == content


def test_options_change_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    request = {"tableId": "t", "context": "Planets\nAll", "want": {"rows": 2}}
    path = write(tmp_path, "r.json", json.dumps(request).encode())
    wishes = Wishes("Moons", columns=3, stages=("table", "column"), max_cost_usd=0.5)
    assert draft(path, wishes) == {
        "tableId": "t",
        "context": {"title": "Moons", "description": "All"},
        "want": {"rows": 2, "columns": 3},
        "stages": ["table", "column"],
        "options": {"maxCostUsd": 0.5},
    }


def test_tags_are_added_to_those_of_the_request(tmp_path: Path) -> None:
    path = write(tmp_path, "r.json", b'{"tableId": "t", "context": "x", "tags": ["a"]}')
    assert draft(path, Wishes(tags=("b", "a", "b")))["tags"] == ["a", "b"]
    assert draft("Cheeses", Wishes(tags=("b",)))["tags"] == ["b"]
    assert "tags" not in draft("Cheeses")


def test_an_address_of_the_command_is_the_job_s_webhook_with_the_events_of_the_request(
    tmp_path: Path,
) -> None:
    url = "https://app.example/hook"
    assert draft("Cheeses", Wishes(webhook=url))["webhook"] == {"url": url}
    own = b'{"webhook": {"url": "https://x.example", "events": ["job.failed"]}}'
    path = write(tmp_path, "r.json", own)
    assert draft(path, Wishes(webhook=url))["webhook"] == {"url": url, "events": ["job.failed"]}


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(columns=1)])
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"tableId":\n "t",}', r"r\.json is no JSON: [a-z].*, at line 2, column [56]$"),
        (b'{"tableId": "\xfc"}', r"r\.json is no JSON: it is not UTF-8$"),
        (b"[" * 100_000, r"r\.json is no request: it is nested too deep$"),
        (b"[1]", r"r\.json holds list, not a request object$"),
    ],
)
def test_what_is_no_request_is_told_with_its_file_and_place(
    tmp_path: Path, body: bytes, why: str, wishes: Wishes
) -> None:
    with pytest.raises(CliError, match=why):
        draft(write(tmp_path, "r.json", body), wishes)
