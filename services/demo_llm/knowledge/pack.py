"""Packs: true facts on one subject, as rows under typed columns; kept in `packs/` as data."""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.demo_llm.knowledge.wording import fold, split_words

PACK_FOLDER = Path(__file__).with_name("packs")

_UNIT = re.compile(
    r"(km|m|cm|mm|kg|g|mg|t|lb|h|hour|min|minute|s|second|day|month|year|mi|ft|l|ml|usd|eur|k|u|pm"
    r"|°c|°f|%|km²|m²|kg/m³|g/cm³|km/h|kw|hp|million|billion|celsius|kelvin|fahrenheit)s?"
)
_SAID_WITHOUT = frozenset(("of", "a", "an", "the", "in", "or", "and", "its"))
_NEAR_ENOUGH = 0.66

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackColumn:
    """A column of a pack. `meanings` are the word sets of the headers it answers to."""

    name: str
    data_type: str
    enum_values: tuple[str, ...] | None
    description: str
    why: str
    unit: str
    meanings: tuple[frozenset[str], ...]
    has_blank: bool


@dataclass(frozen=True, slots=True)
class Subset:
    """Rows that a title may single out, such as the dwarf planets among the planets.

    Attributes:
        is_open: Whether the pack's other rows may follow when these are used up.
    """

    phrases: tuple[Phrase, ...]
    column: int
    value: str
    is_open: bool


@dataclass(frozen=True, eq=False)
class Pack:
    """One subject. The first column of `rows` is the primary one, unique in the pack."""

    id: str
    title: str
    entity: str
    summary: str
    phrases: tuple[Phrase, ...]
    weak_phrases: tuple[Phrase, ...]
    columns: tuple[PackColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    subsets: tuple[Subset, ...]
    by_primary: Mapping[str, tuple[str, ...]]


def load_pack(path: Path) -> Pack:
    """Return a pack: its facts stand in `path` (TSV), its header in the TOML file beside it.

    Raises:
        ValueError: The two files do not fit each other.
    """
    head = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    with path.open(encoding="utf-8", newline="") as lines:
        names, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    said = [column["name"] for column in head["columns"]]
    uneven = [row for row in rows if len(row) != len(names)]
    if names != said or uneven:
        raise ValueError(f"pack {path.stem}: columns {names} and {said}; uneven rows {uneven[:3]}")
    facts = tuple(tuple(row) for row in rows)
    return Pack(
        id=path.stem,
        title=head["title"],
        entity=head["entity"],
        summary=head["summary"],
        phrases=_split_phrases(head["keywords"]),
        weak_phrases=_split_phrases(head.get("weak_keywords", [])),
        columns=tuple(
            _read_column(c, [f[i] for f in facts]) for i, c in enumerate(head["columns"])
        ),
        rows=facts,
        subsets=tuple(
            Subset(
                _split_phrases(s["keywords"]),
                said.index(s["column"]),
                s["value"],
                s.get("open", False),
            )
            for s in head.get("subsets", [])
        ),
        by_primary={fold(row[0]): row for row in facts},
    )


def load_packs(folder: Path = PACK_FOLDER) -> tuple[Pack, ...]:
    """Return all packs of a folder, in the order of their names."""
    return tuple(load_pack(path) for path in sorted(folder.glob("*.tsv")))


NUMBERS = ("integer", "decimal")


@lru_cache(maxsize=8192)
def split_header(header: str) -> tuple[frozenset[str], str]:
    """Return the words of a header outside its brackets, and the unit inside them or ""."""
    outside, _, inside = header.partition("(")
    inside, _, after = inside.partition(")")
    unit = fold(inside)
    words = frozenset(split_words(f"{outside} {after}")) - _SAID_WITHOUT
    return words, unit if _UNIT.fullmatch(unit) else ""


@lru_cache(maxsize=8192)
def link_header(pack: Pack, header: str, is_number: bool = False) -> int | None:
    """Return the index of the pack's column that a header means, or None.

    Args:
        is_number: Whether the column holds numbers: `Moons` then means how many, not which.
    """
    words, unit = split_header(header)
    best, best_score = None, _NEAR_ENOUGH
    for index, column in enumerate(pack.columns):
        if unit and column.unit and unit != column.unit:
            continue
        if is_number and column.data_type not in NUMBERS:
            continue
        score = max(_score_overlap(words, meaning) for meaning in column.meanings)
        if score > best_score:
            best, best_score = index, score
    return best


def _score_overlap(words: frozenset[str], meaning: frozenset[str]) -> float:
    return len(words & meaning) / len(words | meaning) if words and meaning else 0.0


def _split_phrases(texts: list[str]) -> tuple[Phrase, ...]:
    return tuple(split_words(text) for text in texts)


def _read_column(head: dict[str, Any], cells: list[str]) -> PackColumn:
    names = [head["name"], *head.get("also", [])]
    enum_values = head.get("enum")
    return PackColumn(
        name=head["name"],
        data_type=head["type"],
        enum_values=tuple(enum_values) if enum_values else None,
        description=head["description"],
        why=head["why"],
        unit=split_header(head["name"])[1],
        meanings=tuple(split_header(name)[0] for name in names),
        has_blank="" in cells,
    )
