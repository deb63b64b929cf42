"""A CSV file is read so that it could be written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.csv_file.csv_file import read_csv
from services.cli.terminal.error import CliError

WRITTEN = st.text(alphabet='ab ,;"\n\r\t|é😀\u2028\x0b', max_size=40)


@given(WRITTEN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_the_records_are_the_whole_file(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    try:
        file = read_csv(content, "t.csv")
    except CliError:
        return  # no CSV
    assert file.encode("".join(r.text + r.end for r in file.records)) == content


@pytest.mark.parametrize(
    ("content", "delimiter", "line_end", "quotes_all"),
    [
        (b"a,b\n1,2\n", ",", "\n", False),
        (b'"a";"b"\r\n"1";"2"\r\n', ";", "\r\n", True),
        (b'"a",b\n"1",2', ",", "\n", False),
        (b"a\tb\r1\t2\r", "\t", "\r", False),
    ],
)
def test_what_a_file_is_like_is_seen(
    content: bytes, delimiter: str, line_end: str, quotes_all: bool
) -> None:
    file = read_csv(content, "t.csv")
    assert (file.delimiter, file.line_end, file.quotes_all) == (delimiter, line_end, quotes_all)


def test_empty_lines_before_the_names_of_the_columns_are_passed_over() -> None:
    assert read_csv(b"\n,\na,b\n", "t.csv").head == 2
