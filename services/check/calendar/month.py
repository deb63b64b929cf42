"""Months by their names in some sixty languages, whole or cut short."""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.check.text.folding import fold

SOURCE = Path(__file__).with_name("month.json")
"""Written by `make generate` from CLDR's data."""

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def list_months(word: str, language: str | None) -> frozenset[int]:
    """The months that a word may be, from 1; one where the language tells, as for lipiec or srp."""
    names, unclear = _load()
    name = fold(word).rstrip(".")
    # In Hebrew "in" is the first letter of the month.
    found = names.get(name) or names.get(name.removeprefix("ב"), frozenset())
    told = unclear.get(name, {}).get(language or "")
    return frozenset((told,)) if told else found


@cache
def _load() -> tuple[Mapping[str, frozenset[int]], Mapping[str, Mapping[str, int]]]:
    said = json.loads(SOURCE.read_text(encoding="utf-8"))
    names: dict[str, frozenset[int]] = {}
    for month, words in said["names"].items():
        for word in words.split():
            for name in {word, _drop_accents(word)}:
                names[name] = names.get(name, frozenset()) | {int(month)}
    return names, said["unclear"]


def _drop_accents(word: str) -> str:
    """Août as people type it, too; other scripts than Latin need theirs."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain if plain.isascii() else word
