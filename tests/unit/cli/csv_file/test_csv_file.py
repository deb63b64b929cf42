"""A CSV file is read so that it could be written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.csv_file.csv_file import read_csv
from services.cli.terminal.error import CliError

WRITTEN = st.text(alphabet='ab ,;"\n\r\t|é😀\u2028\x0b', max_size=40)


PREFACES = st.sampled_from(["", "sep=;\n", '"sep=,"\r\n', "SEP=\t\r", "sep=\\t\n", "sep=|||\n"])


@given(PREFACES, WRITTEN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_the_records_are_the_whole_file(preface: str, text: str, encoding: str) -> None:
    content = (preface + text).encode(encoding)
    try:
        file = read_csv(content, "t.csv")
    except CliError:
        return  # no CSV
    assert file.preface.removesuffix("\n") == preface.removesuffix("\n")
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


@pytest.mark.parametrize(
    ("first", "delimiter"),
    [
        ("sep=;", ";"),
        ('"sep=;"', ";"),
        ("sep=;;", ";"),
        ('"sep=;";', ";"),
        ("Sep=,", ","),
        ("sep=\t", "\t"),
        ("sep=\\t", "\t"),
        ("sep=|", "|"),
        ("sep=^", "^"),
        ("sep= ", " "),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_first_line_that_tells_the_delimiter_names_no_columns(
    first: str, delimiter: str, encoding: str, end: str
) -> None:
    lines = [first, delimiter.join(["a,;|b", "c"]), delimiter.join(["1", "2"]), ""]
    if delimiter in "a,;|b":
        lines[1] = delimiter.join(['"a,;|b"', "c"])
    file = read_csv(end.join(lines).encode(encoding), "t.csv")
    assert (file.delimiter, file.head) == (delimiter, 0)
    assert [record.cells for record in file.records] == [("a,;|b", "c"), ("1", "2")]


@pytest.mark.parametrize("first", ["sep", "sep=", "sep=ab", "sep=a", "step=;", "sep=;x", "x;sep=;"])
def test_a_header_that_is_only_like_it_is_one(first: str) -> None:
    assert read_csv(f"{first}\n1\n".encode(), "t.csv").preface == ""


def test_a_line_that_is_no_csv_is_counted_from_the_file_s_first() -> None:
    with pytest.raises(CliError, match=r"line 3 "):
        read_csv(b'sep=;\na;b\n"1"2;"', "t.csv")
