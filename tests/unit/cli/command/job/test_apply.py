"""`brainshare apply` writes a copy, and the file itself only when it is told to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from schemas.api.status import JobState
from services.cli.__main__ import main
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import TableGateway
from tests.unit.cli.workbook.book import make_rows

JOB = str(JOB_ID)
FILE = b"name,age\nAnn,7\nBob,\n"
FIRST = b"name,age,Capital\nAnn,7,c1\nBob,,c2\n"
SOME = ("--column", "Capital", "--no-rows")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(FILE)
    return path


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["apply", JOB, *arguments], input=stdin)


def test_a_copy_is_written_beside_the_file(gateway: TableGateway, table: Path) -> None:
    done = run(str(table), *SOME)
    copy = table.with_name("people.applied.csv")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{copy}: new columns 1, values 2, rows 0\n"
    assert (table.read_bytes(), copy.read_bytes()) == (FILE, FIRST)


def test_the_file_itself_is_written_only_when_it_is_told(
    gateway: TableGateway, table: Path
) -> None:
    assert "exists already" in run(str(table), "-o", str(table)).stderr
    assert table.read_bytes() == FILE
    assert run(str(table), *SOME, "--in-place").exit_code == 0
    assert table.read_bytes() == FIRST
    again = run(str(table), "--in-place")
    assert "it has 3 columns, the job's table 2" in again.stderr


def test_what_was_written_is_told_to_programs(gateway: TableGateway, table: Path) -> None:
    copy = table.with_name("people.applied.csv")
    told = {"output": str(copy), "columns": 1, "values": 2, "rows": 0}
    assert json.loads(run(str(table), *SOME, "--json").stdout) == told
    refused = run("-", *SOME, "--json", stdin=FILE)
    assert (refused.exit_code, "add -o" in refused.stderr) == (2, True)


def test_a_table_from_standard_input_goes_to_standard_output(gateway: TableGateway) -> None:
    assert run("-", *SOME, stdin=FILE).stdout_bytes == FIRST


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (FILE, "exists already: name another file, or add --overwrite"),
        (b"city\nRome\n", "it has 1 column, the job's table 2"),
    ],
)
def test_a_copy_that_is_there_is_told_once_the_table_is_the_job_s(
    gateway: TableGateway, table: Path, content: bytes, why: str
) -> None:
    """Who is told to add --overwrite first obeys, and is refused again."""
    copy = table.with_name("people.applied.csv")
    copy.write_bytes(b"mine")
    table.write_bytes(content)
    refused = run(str(table))
    assert (refused.exit_code, why in refused.stderr) == (1, True)
    assert copy.read_bytes() == b"mine"


def test_the_file_of_another_table_is_refused_and_nothing_is_written(
    gateway: TableGateway, table: Path
) -> None:
    table.write_bytes(b"name,age\nAnn,7\nBob,8\n")
    refused = run(str(table))
    assert refused.exit_code == 1
    assert "row 2, column 'age', says something else" in refused.stderr
    assert [path.name for path in table.parent.iterdir()] == ["people.csv"]


def test_a_part_is_said_to_be_one(gateway: TableGateway, table: Path) -> None:
    gateway.state = JobState.FAILED
    assert f"this is a part: job {JOB} has failed" in run(str(table)).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("-", "--in-place"), 2, "--in-place writes the file that is given"),
        (("t.csv", "--in-place", "-o", "x"), 2, "--in-place writes the file that is given"),
        (("t.csv", "--no-rows", "--row", "1"), 2, "some are named, and none is wanted"),
        (("t.csv", "--no-columns", "--cell", "1:A"), 2, "some are named, and none is wanted"),
        (("missing.csv",), 1, "missing.csv cannot be read: no such file"),
    ],
)
def test_what_cannot_be_meant_is_told(
    gateway: TableGateway, arguments: tuple[str, ...], code: int, why: str
) -> None:
    refused = run(*arguments)
    assert (refused.exit_code, why in refused.stderr) == (code, True)


def test_a_spreadsheet_is_told_to_be_saved_as_csv(gateway: TableGateway, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(make_rows(("name", "age")))
    assert "is a spreadsheet: save its sheet as CSV UTF-8" in run(str(path)).stderr
