"""The name of a proposed column."""

import re
from collections.abc import Collection

from services.check.text.folding import fold
from services.check.text.hygiene import write_line

MAX_HEADER_CHARS = 80

_GENERIC = re.compile(
    r"(?:(?:new|untitled|unnamed|another|extra|my) )?"
    r"(?:columns?|col|fields?|attributes?|properties|property|headers?|data|values?|info|misc"
    r"|untitled|unnamed|other|stuff|things?|items?|spalte|neue spalte|colonne|columna|列|عمود)"
    r"[ _#-]*[0-9]*"
)
_FREE = re.compile(
    r"(?:(?:new|untitled|unnamed|neue) )?(?:column|spalte|colonne|columna|列|عمود)[ _#-]*[0-9]*"
    r"|untitled|unnamed|"
)


def read_header(text: str) -> str | None:
    """Trim a header to one clean line; None when nothing is left, or too much."""
    header = write_line(text)
    return header if 0 < len(header) <= MAX_HEADER_CHARS else None


def is_taken(header: str, taken: Collection[str]) -> bool:
    """Whether a header is one of `taken`, which are folded."""
    return fold(header) in taken


def is_generic(header: str) -> bool:
    """Whether a header says nothing: Column 1, Data, and none at all."""
    word = fold(header)
    return not word or bool(_GENERIC.fullmatch(word))


def is_free(header: str) -> bool:
    """Whether a header is what an app calls a column that nobody has named yet: New Column 2."""
    return bool(_FREE.fullmatch(fold(header)))
