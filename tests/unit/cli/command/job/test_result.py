"""`brainshare result` writes files, over none that is there, and says where one is not whole."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from schemas.api.result import Completeness
from schemas.api.status import JobState
from schemas.api.warning import DEMO_WARNING
from schemas.job.record import Engine
from services.cli.__main__ import main
from services.cli.workbook.reader import read_sheet
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import TableGateway

JOB = str(JOB_ID)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["result", JOB, *arguments])


def test_the_table_goes_to_a_file_or_where_none_is_named_to_the_terminal(
    gateway: TableGateway, tmp_path: Path
) -> None:
    path = tmp_path / "ü t.csv"
    done = run("--csv", str(path))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{path} is written\n")
    assert path.read_bytes() == run("--csv").stdout_bytes
    assert path.read_bytes().startswith(b'"name","age","Capital"')


def test_a_byte_order_mark_is_written_on_demand(gateway: TableGateway, tmp_path: Path) -> None:
    run("--csv", str(tmp_path / "t.csv"), "--bom")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_spreadsheet_shows_what_the_csv_says(gateway: TableGateway, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert run("--xlsx", str(path)).exit_code == 0
    sheet = read_sheet(path.read_bytes(), "t.xlsx")
    shown = [cell.text for place, cell in sorted(sheet.cells.items()) if place[0] == 1]
    assert (sheet.title, shown) == ("People", ["name", "age", "Capital", "'=Size", "(origin)"])


@pytest.mark.parametrize("option", ["--csv", "--xlsx"])
def test_a_file_that_is_there_is_told_before_anything_is_asked(
    gateway: TableGateway, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"mine")
    refused = run(option, str(path))
    assert (refused.exit_code, gateway.asked) == (1, [])
    assert "exists already: name another file, or add --overwrite" in refused.stderr
    assert path.read_bytes() == b"mine"
    assert run(option, str(path), "--overwrite").exit_code == 0
    assert path.read_bytes() != b"mine"


@pytest.mark.parametrize("option", ["--csv", "--json"])
def test_what_is_not_whole_is_said(gateway: TableGateway, option: str) -> None:
    gateway.completeness = Completeness.PARTIAL
    gateway.warnings = (DEMO_WARNING, "1 of 3 rows is missing.")
    assert run(option).stderr == "this is not whole: 1 of 3 rows is missing.\n"
    gateway.state = JobState.CANCELLED
    assert run(option).stderr == f"this is a part: job {JOB} was cancelled\n"


def test_demo_data_is_said_beside_a_file(gateway: TableGateway, tmp_path: Path) -> None:
    gateway.engine = Engine.DEMO
    assert DEMO_WARNING in run("--xlsx", str(tmp_path / "t.xlsx")).stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--csv", "a", "--xlsx", "b"), "--json, --csv and --xlsx exclude each other"),
        (("--csv", "--json"), "exclude each other"),
        (("--bom",), "--bom is of --csv"),
        (("--xlsx", "-"), "--xlsx needs a file"),
        (("--xlsx", "work.txt"), "'work.txt' names no spreadsheet: --xlsx writes .xlsx files"),
        (("--csv", "work.XLSX"), "'work.XLSX' names a spreadsheet: --xlsx writes one"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    gateway: TableGateway, arguments: tuple[str, ...], why: str
) -> None:
    refused = run(*arguments)
    assert (refused.exit_code, why in refused.stderr) == (2, True)


def test_nothing_is_written_where_there_is_no_suggestion(
    gateway: TableGateway, tmp_path: Path
) -> None:
    gateway.has_result = False
    assert run("--csv", str(tmp_path / "t.csv")).exit_code == 10
    assert list(tmp_path.iterdir()) == []
