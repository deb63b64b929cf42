"""The CSV in LibreOffice: nothing is run, and what cannot be run stands as it was written."""

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.gateway.job.result_csv import BOM, write_csv
from tests.factory import make_provenance, make_record

CONVERT_S = 100.0
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

# Without a window nobody is asked, and a byte order mark is not looked at.
UTF_8 = "--infilter=CSV:44,34,76,1"

NUMBERS = {"-1,234.56": "-1234.56", "-12 %": "-12.00%", "-.5": "-0.5"}
"""What it reads as a number, and how it shows that."""

AMOUNTS = (*NUMBERS, "+49 151 2345", "-", "+5 kg", "-1.234,56 €", "-5 °C", "-€5", "-5 A")
FORMULAS = ("=1+1", "@SUM(A1)", "-A1", "+49-151", "-2+3", "\t=1+1", "＝1+1")


@pytest.fixture
def soffice() -> str:
    found = shutil.which("soffice")
    if found is None and not os.environ.get("CI"):  # noqa: TID251 - not a setting
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-calc-nogui")
    assert found is not None, "CI needs LibreOffice"
    return found


def open_file(soffice: str, folder: Path, content: bytes) -> list[tuple[str, bool]]:
    """The cells of the first column as LibreOffice has them, and whether each is a formula."""
    (folder / "t.csv").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, "--headless", profile, UTF_8, "--convert-to", "fods"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "t.csv")],
        check=True,
        timeout=CONVERT_S,
        capture_output=True,
    )
    rows = ElementTree.parse(folder / "t.fods").iter(f"{TABLE}table-row")
    firsts = [row.find(f"{TABLE}table-cell") for row in rows]
    return [
        ("".join(cell.itertext()).strip(), f"{TABLE}formula" in cell.attrib)
        for cell in firsts
        if cell is not None and "".join(cell.itertext()).strip()
    ]


def record(kind: str | None) -> StageRecord:
    """A table of one text column, declared or not, that holds and proposes such cells."""
    rows = [{"cells": [cell]} for cell in (*AMOUNTS, *FORMULAS)]
    context = {"title": "T", "columns": [{"name": "Amount", "dataType": kind}], "rows": rows}
    proposed = RowSuggestions(rows=tuple(RowSuggestion(cells=(cell,)) for cell in AMOUNTS))
    return make_record(context=context).with_result(StageName.ROW, proposed, make_provenance())


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", ["text", None])
def test_nothing_is_run_and_amounts_and_phone_numbers_stand_as_they_are(
    soffice: str, tmp_path: Path, kind: str | None
) -> None:
    header, *cells = open_file(soffice, tmp_path, BOM + write_csv(record(kind), None))
    assert header[0] == "Amount"
    assert [text for text, is_formula in cells if is_formula] == []
    texts = [text for text, _ in cells]
    right = [NUMBERS.get(amount, amount) for amount in AMOUNTS]
    assert texts[: len(right)] == right
    assert texts[-len(right) :] == right


@pytest.mark.timeout(120)
def test_what_is_not_escaped_would_be_run(soffice: str, tmp_path: Path) -> None:
    assert open_file(soffice, tmp_path, b'"Amount"\r\n"=1+1"\r\n')[-1] == ("2", True)
