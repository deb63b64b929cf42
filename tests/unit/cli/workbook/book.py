"""Makes workbooks."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl


def make_book(fill: Callable[[Any], None]) -> bytes:
    """A workbook of one sheet, which `fill` is given."""
    book = openpyxl.Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_rows(*rows: tuple[Any, ...]) -> bytes:
    """A workbook of one sheet with these rows."""

    def fill(sheet: Any) -> None:
        for row in rows:
            sheet.append(row)

    return make_book(fill)


def replace_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with another part of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return file.getvalue()
