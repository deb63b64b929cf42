"""Where a request comes from: a file, standard input, or the words themselves."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from schemas.table.context import MAX_ROWS, read_text_context
from services.cli.csv_file.csv_file import DELIMITERS, tells_delimiter
from services.cli.request.file_kind import (
    KINDS,
    REQUEST_SUFFIX,
    SHEET_SUFFIXES,
    TABLE_SUFFIXES,
    list_same_named,
    names_file,
    refuse_unreadable,
)
from services.cli.request.header_note import note_header
from services.cli.request.sheet_table import read_sheet_table
from services.cli.request.table_file import read_table
from services.cli.terminal.error import CliError
from services.cli.terminal.number import counted
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint_at_input
from services.cli.terminal.text import legible
from services.cli.workbook.archive import is_spreadsheet
from services.cli.workbook.reader import read_sheet

STDIN = "-"
MIB = 1024 * 1024
MAX_BYTES = 256 * MIB
"""More than this is read by nobody: a request holds 1 MiB."""


@dataclass(frozen=True)
class Source:
    """What was given.

    Attributes:
        name: For messages: a path, or where else it came from.
        body: A whole request as JSON; None where only a context was given.
        context: The table or the words, as the context of a request; None with a body.
        notes: What a person should know of how it was read.
    """

    name: str
    body: bytes | None = None
    context: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


def read_source(argument: str, stdin: BinaryIO, sheet: str | None = None) -> Source:
    """Read what an argument names: `-`, a file, or else the words of a new table's title.

    Args:
        sheet: Of a workbook, or an area of one as in Sheet1!A3:F40.

    Raises:
        CliError: It looks like a file and none is there, or it cannot be read.
    """
    if argument == STDIN:
        hint_at_input(stdin)
        return _read_content(_read(stdin, "standard input"), "standard input", "", sheet)
    if "://" in argument:
        raise CliError(f"{argument[:80]} is not fetched: save the file, and give its name")
    if names_file(argument):
        return _read_file(Path(argument), sheet)
    _refuse_sheet(sheet, argument)
    same = list_same_named(argument)
    told = f"“{argument[:40]}” is taken for a title: for the file give its whole name, {{}}"
    notes = (told.format(" or ".join(same)),) if same else ()
    return Source(f"“{argument[:40]}”", context=read_text_context(argument), notes=notes)


def make_source(title: str) -> Source:
    """What `--title` alone says: a new table of that title, whatever it looks like."""
    return Source(f"“{title[:40]}”", context={"title": title, "description": ""})


def _read_file(path: Path, sheet: str | None) -> Source:
    try:
        refuse_unreadable(path)
        with path.open("rb") as file:
            content = _read(file, str(path))
    except OSError as error:
        raise CliError(f"{path} cannot be read: {tell_os_error(error)}") from error
    name, title = legible(str(path)), legible(path.stem)
    return _read_content(content, name, title, sheet, path.suffix.lower())


def _read(file: BinaryIO, name: str) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise CliError(
            f"{name} is larger than {MAX_BYTES // MIB} MiB: a request holds 1 MiB, so give a part"
        )
    return content


def _read_content(
    content: bytes, name: str, title: str, sheet: str | None, suffix: str = ""
) -> Source:
    """What its first bytes say counts for more than its suffix: spreadsheets are renamed, too."""
    if is_spreadsheet(content) or (suffix in SHEET_SUFFIXES and not content):
        return _read_workbook(content, name, title, sheet)
    _refuse_sheet(sheet, name)
    if suffix in SHEET_SUFFIXES:
        raise CliError(f"{name} is no spreadsheet, whatever its name says: give it its own suffix")
    if suffix in TABLE_SUFFIXES:
        return _read_csv(content, name, title)
    if suffix == REQUEST_SUFFIX:
        return Source(name, body=content)
    return _read_unnamed(content, name, title)


def _read_workbook(content: bytes, name: str, title: str, wanted: str | None) -> Source:
    sheet = read_sheet(content, name, wanted)
    table = read_sheet_table(sheet, name)
    merged = (
        f"{name}: {counted(sheet.merged, 'merged area')}; the first cell of each counts, the rest"
        " is empty"
    )
    named = title if sheet.is_only and title else sheet.title
    return Source(
        name,
        context={"title": named, **table},
        notes=(*_note_table(table, name), *([merged] if sheet.merged else ())),
    )


def _read_csv(content: bytes, name: str, title: str) -> Source:
    table = read_table(content, name)
    return Source(name, context={"title": title, **table}, notes=_note_table(table, name))


def _note_table(table: dict[str, Any], name: str) -> tuple[str, ...]:
    header = note_header([column["name"] for column in table["columns"]], name)
    total = table["totalRowCount"]
    if total <= MAX_ROWS:
        return (*header,)
    cut = f"{name}: its first {MAX_ROWS:,} of {total:,} rows are sent, the most a request holds"
    return (cut, *header)


def _refuse_sheet(sheet: str | None, name: str) -> None:
    if sheet is not None:
        raise CliError(f"--sheet {sheet!r} is of a spreadsheet, and {name[:40]} is none")


def _read_unnamed(content: bytes, name: str, title: str) -> Source:
    """JSON by its brace, a table by a first line of several cells, or else text."""
    if content.lstrip()[:1] == b"{":
        return Source(name, body=content)
    first = content.lstrip().partition(b"\n")
    has_cells = any(mark.encode() in first[0] for mark in DELIMITERS)
    if tells_delimiter(content) or (first[2].strip() and has_cells):
        return _read_csv(content, name, title or "Table")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError(f"{name} is neither JSON nor UTF-8 text: {KINDS}") from error
    if not text.strip():
        raise CliError(f"{name} is empty: give a request, a table or a title")
    return Source(name, context=read_text_context(text))


def parse_body(source: Source) -> dict[str, Any]:
    """The request of a source that holds a whole one.

    Raises:
        CliError: It is no JSON object; line and column are named.
    """
    try:
        body = json.loads(source.body or b"")
    except ValueError as error:
        raise CliError(f"{source.name} is no JSON: {_place(error)}") from error
    except RecursionError as error:
        raise CliError(f"{source.name} is no request: it is nested too deep") from error
    if not isinstance(body, dict):
        raise CliError(f"{source.name} holds {type(body).__name__}, not a request object")
    return body


def _place(error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return "it is not UTF-8"
    what = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return f"{what}, at line {error.lineno}, column {error.colno}"
