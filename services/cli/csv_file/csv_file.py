"""Reads a CSV file so that it can be written again with nothing of it changed."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from services.cli.csv_file.encoding import SAMPLE, is_utf_16, tell_conversion
from services.cli.terminal.error import CliError

DELIMITERS = ",;\t|"
UTF_8 = "utf-8"
# What is written back begins with the same bytes.
MARKS = {b"\xef\xbb\xbf": UTF_8, b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
LINE_ENDS = ("\r\n", "\n", "\r")
# Excel's own: a first line that tells the delimiter. A program that knows nothing of it may have
# quoted it, or filled it up to the width of the others.
_SEPARATOR = re.compile(
    r"(?P<quote>\"?)sep=(?P<sign>\\t|[^\w\"\r\n])(?P=quote)(?P=sign)*(?:\r\n|[\r\n]|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CsvRecord:
    """One record, which may span lines.

    Attributes:
        text: As the file writes it, with its quotes, without its line end.
        end: Its line end; "" where the file ends without one.
        cells: What it says; none for an empty line.
    """

    text: str
    end: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CsvFile:
    """A file, read.

    Attributes:
        mark: The byte order mark that it begins with, or b"".
        preface: Its line sep=; with the line end, or "".
    """

    mark: bytes
    preface: str
    encoding: str
    delimiter: str
    records: tuple[CsvRecord, ...]

    @property
    def head(self) -> int | None:
        """The place of the record that names the columns: the first that says something."""
        return next((n for n, record in enumerate(self.records) if any(record.cells)), None)

    @property
    def line_end(self) -> str:
        """How its lines end, by the first one."""
        return next((record.end for record in self.records if record.end), "\n")

    @property
    def quotes_all(self) -> bool:
        """Whether it quotes every cell, so that a new one is to be quoted, too."""
        filled = [record for record in self.records if record.cells]
        return all(
            record.text.startswith('"') and record.text.count('"') >= 2 * len(record.cells)
            for record in filled
        )

    def encode(self, text: str) -> bytes:
        """The file with another text."""
        return self.mark + (self.preface + text).encode(self.encoding)


def read_csv(content: bytes, name: str) -> CsvFile:
    """The records of a file: UTF-8 or UTF-16, with comma, semicolon, tab, bar, or what it says.

    Raises:
        CliError: It is no such file; the line is named.
    """
    mark = next((mark for mark in MARKS if content.startswith(mark)), b"")
    encoding = MARKS.get(mark, UTF_8)
    text = _decode(content[len(mark) :], encoding, name)
    told = _SEPARATOR.match(text)
    preface = told[0] if told else ""
    delimiter = _read_sign(told["sign"]) if told else _choose_delimiter(text)
    records = tuple(_read_records(text[len(preface) :], delimiter, name, 1 if preface else 0))
    return CsvFile(mark, preface, encoding, delimiter, records)


def tells_delimiter(content: bytes) -> bool:
    """Whether bytes begin with a line such as sep=;"""
    return bool(_SEPARATOR.match(content[:SAMPLE].decode("utf-8-sig", errors="replace")))


def _read_sign(sign: str) -> str:
    return "\t" if sign.lower() == "\\t" else sign


def _decode(content: bytes, encoding: str, name: str) -> str:
    if encoding == UTF_8 and is_utf_16(content):
        raise CliError(f"{name} is not UTF-8: {tell_conversion(content, name)}")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CliError(
            f"{name} is not UTF-8 (line {line}): {tell_conversion(content, name)}"
        ) from error


def _choose_delimiter(text: str) -> str:
    """The one that gives the first line the most cells. Quotes are heeded."""

    def count(delimiter: str) -> int:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            return len(next((cells for cells in records if cells), ()))
        except csv.Error:
            return 0  # reading it tells of it, with its line

    return max(DELIMITERS, key=count)


def _read_records(text: str, delimiter: str, name: str, lines_before: int) -> Iterator[CsvRecord]:
    """Each record with the lines that it was read from."""
    lines = list(io.StringIO(text, newline=""))
    ends = [0, *accumulate(map(len, lines))]
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    begins = 0
    try:
        for cells in reader:
            written = text[ends[begins] : ends[reader.line_num]]
            begins = reader.line_num
            end = next((end for end in LINE_ENDS if written.endswith(end)), "")
            yield CsvRecord(written.removesuffix(end), end, tuple(cells))
    except csv.Error as error:
        raise CliError(
            f"{name}: line {reader.line_num + lines_before} is no CSV: {error}"
        ) from error
