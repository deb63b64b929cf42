"""Where a request comes from: a file, standard input, or the words themselves."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from schemas.table.context import read_text_context
from services.cli.request.table_file import DELIMITERS, read_table
from services.cli.terminal.error import CliError

TABLE_SUFFIXES = (".csv", ".tsv")
STDIN = "-"


@dataclass(frozen=True)
class Source:
    """What was given.

    Attributes:
        name: For messages: a path, or where else it came from.
        body: A whole request as JSON; None where only a context was given.
        context: The table or the words, as the context of a request; None with a body.
    """

    name: str
    body: bytes | None = None
    context: dict[str, Any] | None = None


def read_source(argument: str, stdin: BinaryIO) -> Source:
    """Read what an argument names: `-`, a file, or else the words of a new table's title.

    Raises:
        CliError: It looks like a file and none is there, or it cannot be read.
    """
    if argument == STDIN:
        return _read_unnamed(stdin.read())
    path = Path(argument)
    if _names_file(path, argument):
        return _read_file(path)
    return Source(f"“{argument[:40]}”", context=read_text_context(argument))


def _names_file(path: Path, argument: str) -> bool:
    looks_so = path.suffix in (".json", *TABLE_SUFFIXES) or "/" in argument
    return looks_so or (len(argument.encode()) < 255 and path.is_file())


def _read_file(path: Path) -> Source:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror}") from error
    if path.suffix.lower() in TABLE_SUFFIXES:
        return Source(str(path), context={"title": path.stem, **read_table(content, str(path))})
    if path.suffix.lower() == ".json":
        return Source(str(path), body=content)
    return _read_unnamed(content, str(path), path.stem)


def _read_unnamed(content: bytes, name: str = "standard input", title: str = "") -> Source:
    """JSON by its brace, a table by a first line of several cells, or else text."""
    if content.lstrip()[:1] == b"{":
        return Source(name, body=content)
    first = content.lstrip().partition(b"\n")
    if first[2].strip() and any(mark.encode() in first[0] for mark in DELIMITERS):
        return Source(name, context={"title": title or "Table", **read_table(content, name)})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError(f"{name} is neither JSON nor UTF-8 text") from error
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
        raise CliError(f"{source.name} is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise CliError(f"{source.name} holds {type(body).__name__}, not a request object")
    return body
