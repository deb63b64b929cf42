"""Splits a stream into lines at line feeds only."""

from collections.abc import Iterable, Iterator


def split_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines of a stream that our gateway writes, which ends each with LF.

    Unlike `str.splitlines`: a table's text may hold other line ends, and they are data.
    """
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r").decode(errors="replace") for line in lines)
