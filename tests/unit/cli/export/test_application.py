"""Proposals go into a person's own file, and nothing that stands in it is changed."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.csv_file.csv_file import read_csv
from services.cli.export.application import Applied, apply_choice, refuse_other_table
from services.cli.export.choice import choose
from services.cli.export.final_table import FinalTable
from services.cli.terminal.error import CliError
from tests.unit.cli.export.final import make_final

TABLE = make_final()[2]
Names = tuple[str, ...]


def apply(
    content: bytes,
    columns: Names | None = (),
    rows: Names | None = (),
    cells: Names = (),
    without: Names = (),
    table: FinalTable = TABLE,
) -> Applied:
    file = read_csv(content, "t.csv")
    refuse_other_table(file, table, "t.csv")
    return apply_choice(file, table, choose(table, columns, rows, cells, without))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b"name,age\nAnn,7\nBob,\n",
            b"name,age,Capital,'=Size\nAnn,7,c1,'=1\nBob,,c2,'=2\n00,10,20,30\n01,11,21,31\n",
        ),
        (
            b'"name";"age"\r\n"Ann";"7"\r\n"Bob";""',
            b'"name";"age";"Capital";"\'=Size"\r\n"Ann";"7";"c1";"\'=1"\r\n'
            b'"Bob";"";"c2";"\'=2"\r\n"00";"10";"20";"30"\r\n"01";"11";"21";"31"',
        ),
        (
            b'"sep=;"\r\nname;age\r\nAnn;7\r\nBob;\r\n',
            b"\"sep=;\"\r\nname;age;Capital;'=Size\r\nAnn;7;c1;'=1\r\nBob;;c2;'=2\r\n"
            b"00;10;20;30\r\n01;11;21;31\r\n",
        ),
        (
            b"\n name\tage\n",
            None,
        ),
        (
            b'\nname\tage\n\n"Ann"\t"7"\n\t\nBob\n',
            b'\nname\tage\tCapital\t\'=Size\n\n"Ann"\t"7"\tc1\t\'=1\n\t\t\t\nBob\t\tc2\t\'=2\n'
            b"00\t10\t20\t30\n01\t11\t21\t31\n",
        ),
    ],
)
def test_a_file_keeps_its_delimiter_quotes_line_ends_and_odd_lines(
    before: bytes, after: bytes | None
) -> None:
    if after is None:
        with pytest.raises(CliError, match="column 1 is named ' name', in the job 'name'"):
            apply(before)
    else:
        assert apply(before).content == after


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_keeps_its_encoding(encoding: str) -> None:
    table = make_final(("näme", "age"))[2]
    before = "näme,age\nAnn,7\nBob,\n".encode(encoding)
    after = apply(before, table=table).content
    assert after[:3] == before[:3]
    assert after.decode(encoding).startswith("näme,age,Capital,'=Size\nAnn,7,c1,")


CELL = st.text(alphabet='ab ,;"\n\r=\u00a0é', max_size=6)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=4).map(lambda rows: [r for r in rows if any(r)])


@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_the_bytes_of_what_stood_there_stay_in_their_places(
    rows: list[tuple[str, str]], delimiter: str, quoting: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([("name", "age"), *rows])
    before = text.getvalue().encode()
    table = make_final(rows=tuple(rows))[2]
    after = apply(before, table=table).content
    old, new = read_csv(before, "t.csv").records, read_csv(after, "t.csv").records
    assert len(new) == len(old) + 2
    for was, now in zip(old, new, strict=False):
        assert now.text.startswith(was.text + delimiter)
        assert now.cells[:2] == was.cells


FILE = b"name,age\nAnn,7\nBob,\n"


@pytest.mark.parametrize(
    ("chosen", "after"),
    [
        ({"columns": None, "rows": None}, "name,age\nAnn,7\nBob,\n"),
        ({"columns": ("capital",), "rows": None}, "name,age,Capital\nAnn,7,c1\nBob,,c2\n"),
        ({"columns": None, "rows": ("2",)}, "name,age\nAnn,7\nBob,\n01,11\n"),
        (
            {"columns": ("Capital",), "rows": None, "cells": ("2:Capital",)},
            "name,age,Capital\nAnn,7,\nBob,,c2\n",
        ),
        (
            {"columns": ("Capital",), "rows": ("1-2",), "without": ("2:Capital",)},
            "name,age,Capital\nAnn,7,c1\nBob,,\n00,10,20\n01,11,21\n",
        ),
    ],
)
def test_only_what_is_chosen_is_taken(chosen: dict[str, Names | None], after: str) -> None:
    assert apply(FILE, **chosen).content.decode() == after  # type: ignore[arg-type]


def test_what_was_taken_is_counted() -> None:
    done = apply(FILE, rows=("1",), without=("1:=Size",))
    assert (done.columns, done.values, done.rows) == (2, 3, 1)


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (
            {"columns": ("Nobody",)},
            "'Nobody' is no proposed column of this job: it has 'Capital', '=Size'",
        ),
        ({"columns": ("name",)}, "'name' is no proposed column"),
        ({"rows": ("3",)}, "'3' is no proposed row of this job: it has the rows 1 to 2"),
        ({"rows": ("2-1",)}, "'2-1' is no proposed row"),
        ({"cells": ("Capital",)}, "'Capital' names no cell: write ROW:COLUMN"),
        ({"without": ("9:Capital",)}, "the job's table has the rows 1 to 2"),
    ],
)
def test_what_was_not_proposed_cannot_be_chosen(chosen: dict[str, Names], why: str) -> None:
    with pytest.raises(CliError, match=why):
        apply(FILE, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "told"), [(0, "none"), (1, "only 'Capital'")])
def test_few_columns_to_choose_from_are_told_as_such(count: int, told: str) -> None:
    table = make_final()[2]
    few = replace(table, columns=table.columns[: table.own + count])
    with pytest.raises(CliError, match=f"'X' is no proposed column of this job: it has {told}$"):
        choose(few, ("X",), None, (), ())


@pytest.mark.parametrize(("count", "told"), [(0, "none"), (1, "1 row")])
def test_few_rows_to_choose_from_are_told_as_such(count: int, told: str) -> None:
    table = make_final()[2]
    few = replace(table, proposed=table.proposed[:count])
    with pytest.raises(CliError, match=f"'9' is no proposed row of this job: it has {told}$"):
        choose(few, None, ("9",), (), ())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it has 0 columns, the job's table 2"),
        (b"name\nAnn\nBob\n", "it has 1 column, the job's table 2"),
        (b"name,years\nAnn,7\nBob,\n", "column 2 is named 'years', in the job 'age'"),
        (b"name,age\nAnn,7\n", "it has 1 row, the job's table 2"),
        (b"name,age\nAnn,8\nBob,\n", "row 1, column 'age', says something else"),
        (b"name,age\nAnn,7,x\nBob,\n", "row 1 has 3 cells"),
        (b"name,age\nBob,1\nAnn,2\n", "and 1 more"),
    ],
)
def test_a_file_that_is_not_the_job_s_table_is_refused_with_what_differs(
    content: bytes, why: str
) -> None:
    with pytest.raises(CliError, match=why):
        apply(content)


def test_a_new_table_is_nothing_to_add_to() -> None:
    table = make_final(columns=(), rows=())[2]
    with pytest.raises(CliError, match="proposes a new table"):
        apply(b"a,b\n", table=table)


def test_rows_beyond_those_that_were_sent_stay_and_get_no_values() -> None:
    rows = tuple((str(n), "") for n in range(2_000))
    table = make_final(rows=rows)[2]
    text = "name,age\n" + "".join(f"{n},\n" for n in range(2_001))
    done = apply(text.encode(), rows=None, table=table)
    assert done.content.decode().splitlines()[-1] == "2000,,,"
