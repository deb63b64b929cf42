"""CSV has a line for each cell that differs, and each answer is in it once at least."""

import csv
from io import StringIO

from services.replay.comparison.comparison import Comparison
from services.replay.report.comparison_csv import HEADER, write_comparison
from tests.unit.replay.comparison.pairs import compare
from tests.unit.replay.comparison.test_comparison import make_trial


def lines(found: Comparison) -> list[dict[str, str]]:
    text = write_comparison(found).decode()
    assert text.endswith("\r\n")
    header, *rows = csv.reader(StringIO(text, newline=""))
    assert tuple(header) == HEADER
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_each_cell_that_differs_has_a_line_and_what_it_took_stands_in_the_first() -> None:
    found = compare({"a": "1", "b": "2"}, {"a": "3", "b": "4"})
    told = lines(found)
    assert [(line["path"], line["before"], line["now"]) for line in told] == [
        ("a", "1", "3"),
        ("b", "2", "4"),
    ]
    assert [line["cost now"] for line in told] == ["0.5", ""]
    assert told[0]["replay"] == str(found.manifest.replay_of(found.pairs[0].job_id))


def test_no_answer_is_left_out() -> None:
    told = lines(make_trial().compare())
    assert sorted(line["verdict"] for line in told) == sorted(
        ["same", "same", "changed", "better", "better", "failing", "missing"]
    )


def test_what_a_spreadsheet_would_run_is_escaped() -> None:
    (line,) = lines(compare({"a": "x"}, {"a": '=HYPERLINK("//x")'}))
    assert line["now"] == '\'=HYPERLINK("//x")'
