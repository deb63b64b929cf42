"""Web addresses: what is one, and which columns are made for them."""

import re
from collections.abc import Collection

from schemas.table.letter import WORD_END, WORD_START
from services.check.text.folding import fold

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>|\\^`{}]*[^\s\"'<>|\\^`{}.,;:]", re.IGNORECASE)
_PROGRAM = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)
_NAMED = re.compile(
    rf"{WORD_START}(?:urls?|links?|web ?sites?|web ?pages?|home ?pages?|web ?address(?:es)?"
    r"|webseiten?|internetseite|weblinks?|site (?:web|internet)|siti? web|sitios? web|páginas? web"
    r"|enlaces?|liens?|strona (?:www|internetowa)|länk|webbplats|nettsted|сайт|веб-сайт|ссылка"
    rf"|वेबसाइट|เว็บไซต์){WORD_END}|网站|網站|网址|網址|链接|連結|ウェブサイト|ホームページ|웹사이트|홈페이지|موقع"
)


def is_address(text: str) -> bool:
    """Whether a text is one address of the web, by http or https, and nothing else."""
    return bool(_ADDRESS.fullmatch(text.strip()))


def is_program(text: str) -> bool:
    """Whether a text is an address that runs or holds something: javascript:, data:."""
    return bool(_PROGRAM.match(text))


def has_addresses(header: str, said: Collection[str]) -> bool:
    """Whether a column is one of addresses: its header says so, or at least half of its cells.

    Args:
        said: Its cells that say something.
    """
    found = sum(map(is_address, said))
    return bool(_NAMED.search(fold(header))) or 0 < len(said) <= 2 * found
