"""The words of a command line, where the terminal's encoding has no characters for them."""

from collections.abc import Iterable
from pathlib import Path

import click

TYPED = f"{__name__}.typed"


def read_arguments(given: Iterable[str]) -> list[str]:
    """Take the words as UTF-8 that Python could not read in the terminal's encoding.

    It keeps their bytes as lone surrogates (PEP 383), which no JSON can hold. What names a file
    stays as it is: only so does it name that file.

    Raises:
        click.UsageError: A word is not UTF-8 either.
    """
    return [_read(word) for word in given]


def note_arguments(context: click.Context, words: Iterable[str]) -> None:
    """Keep what was typed behind the program's name, for whoever is to be told a line of it."""
    context.meta[TYPED] = tuple(words)


def typed_arguments() -> tuple[str, ...]:
    """The words behind the program's name, as they were typed."""
    typed: tuple[str, ...] = click.get_current_context().meta.get(TYPED, ())
    return typed


def _read(word: str) -> str:
    try:
        word.encode()
        return word
    except UnicodeEncodeError:
        if Path(word).exists():
            return word
    try:
        return word.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError as error:
        shown = word.encode("ascii", "backslashreplace").decode()
        raise click.UsageError(f"the argument {shown} is not UTF-8") from error
