"""What a header means, and so what its values look like; the list is `header_meanings.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services.demo_llm.knowledge.pack import split_header
from services.demo_llm.knowledge.wording import fold, split_words

MEANINGS_FILE = Path(__file__).with_name("header_meanings.toml")
_KNOWN_LIMIT = 4096
_QUESTION_WORDS = frozenset(("is", "has", "can", "are", "was", "did", "need"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One kind of column.

    Attributes:
        maker: Which function of `value.py` makes a value: pick, number, day, flag, person, email,
            phone, code or blank.
        low, high, decimals: For numbers, the inclusive range and the digits after the point.
        first, last: For days, the inclusive range.
    """

    id: str
    maker: str
    data_type: str
    description: str
    phrases: tuple[tuple[str, ...], ...] = ()
    values: tuple[str, ...] = ()
    low: float = 0
    high: float = 100
    decimals: int = 0
    first: date = date(2024, 1, 1)
    last: date = date(2025, 12, 31)


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column that suits any table, proposed where no pack has one left."""

    name: str
    meaning: Meaning
    why: str


class MeaningList:
    """All meanings, in the order in which they are tried, and the columns that suit any table."""

    def __init__(
        self,
        meanings: tuple[Meaning, ...],
        own_columns: list[dict[str, str]],
        people: dict[str, list[str]],
    ) -> None:
        self.first_names = tuple(people["first_names"])
        self.last_names = tuple(people["last_names"])
        self._by_phrase = [(phrase, meaning) for meaning in meanings for phrase in meaning.phrases]
        self._by_id = {meaning.id: meaning for meaning in meanings}
        self.own_columns = tuple(
            OwnColumn(c["name"], self._by_id[c["meaning"]], c["why"]) for c in own_columns
        )
        self._known: dict[str, Meaning | None] = {}

    def get(self, meaning_id: str) -> Meaning:
        """Return the meaning with an id, such as `flag` or the `words` of an unknown text."""
        return self._by_id[meaning_id]

    def find(self, header: str) -> Meaning | None:
        """Return the meaning of a header, or None where no word of it is known."""
        key = fold(header)[:200]
        if key not in self._known:
            if len(self._known) > _KNOWN_LIMIT:
                self._known.clear()
            self._known[key] = self._look_up(key)
        return self._known[key]

    def _look_up(self, header: str) -> Meaning | None:
        words = split_words(header.partition("(")[0])
        if not words:
            return None
        for phrase, meaning in self._by_phrase:
            size = len(phrase)
            if any(words[i : i + size] == phrase for i in range(len(words) - size + 1)):
                return meaning
        if words[0] in _QUESTION_WORDS or header.rstrip().endswith("?"):
            return self._by_id["flag"]
        return self._by_id["measure"] if split_header(header)[1] else None


def load_meanings(path: Path = MEANINGS_FILE) -> MeaningList:
    """Return the list of header meanings of a TOML file."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    meanings = tuple(_read_meaning(head) for head in content["meanings"])
    return MeaningList(meanings, content["own_columns"], content["people"])


def _read_meaning(head: dict[str, Any]) -> Meaning:
    fields = {name: value for name, value in head.items() if name not in ("words", "values")}
    return Meaning(
        **fields,
        phrases=tuple(split_words(text) for text in head.get("words", [])),
        values=tuple(head.get("values", [])),
    )
