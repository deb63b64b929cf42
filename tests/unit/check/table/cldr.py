"""Writes how numbers and days are written in each locale of CLDR: a part of `make generate`."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from babel import Locale, localedata
from babel.core import get_global

from services.check.table.locale import SOURCE, list_ancestors

TAGS = sorted(localedata.locale_identifiers())
_NOTHING = {"comma": "unclear", "is_spaced": "no", "day_first": "unclear"}
_ROOT = (".", ",", "y-MM-dd", "M01")
_SPACES = frozenset(" \u00a0\u2009\u202f")
_SIGNS = {",": "yes", ".": "no"}
_ORDERS = {"dMy": "yes", "Mdy": "no"}


def write_locales() -> str:
    """What each locale says otherwise than the one above it."""
    parents = dict(_list_parents())
    facts = {tag: read_facts(tag) for tag in TAGS}
    written = {
        "source": "Unicode CLDR (Unicode License V3), by way of Babel",
        "languages": _turn(dict(_list_aliases())),
        "parents": _turn(parents),
        **{name: _turn(dict(_list_changes(name, facts, parents))) for name in _NOTHING},
    }
    return json.dumps(written, ensure_ascii=False, indent=1) + "\n"


def read_facts(tag: str) -> dict[str, str]:
    """What CLDR says of a locale in digits of ASCII; nothing where it has the root's data only."""
    decimal, group, day, _ = said = _look_up(tag)
    if said == _ROOT:
        return _NOTHING
    order = "".join(dict.fromkeys(sign for sign in day if sign in "dMy"))
    # In some both signs are written, by custom and for amounts.
    is_mixed = tag.endswith("_ZA") or tag == "fr_CH"
    return {
        "comma": "unclear" if is_mixed else _SIGNS.get(decimal, "unclear"),
        "is_spaced": "yes" if group in _SPACES else "no",
        # English alone does not say of which country.
        "day_first": "unclear" if tag == "en" else _ORDERS.get(order, "unclear"),
    }


def _look_up(tag: str) -> tuple[str, ...]:
    locale = Locale.parse(tag)
    symbols, short = locale.number_symbols["latn"], locale.date_formats["short"]
    return symbols["decimal"], symbols["group"], short.pattern, locale.months["format"]["wide"][1]


def _list_parents() -> Iterator[tuple[str, str]]:
    """Those whose parent is not named as they are, and zh_TW, which is zh_Hant_TW."""
    yield from get_global("parent_exceptions").items()
    likely = get_global("likely_subtags")
    for tag in TAGS:
        language, script, *region = [*tag.split("_"), ""]
        short = "_".join((language, *region[:1]))
        if len(script) == 4 and short not in TAGS and likely.get(short) == tag:
            yield short, tag


def _list_aliases() -> Iterator[tuple[str, str]]:
    languages = {tag.partition("_")[0] for tag in TAGS}
    for alias, tag in get_global("language_aliases").items():
        if alias.isalpha() and tag.partition("_")[0] in languages:
            yield alias, tag


def _list_changes(
    name: str, facts: Mapping[str, dict[str, str]], parents: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for tag, said in facts.items():
        _, *above = list_ancestors(tag, parents)
        parent = next((facts[one] for one in above if one in facts), _NOTHING)
        if said[name] != parent[name]:
            yield tag, said[name]


def _turn(values: Mapping[str, str]) -> dict[str, str]:
    """By value the tags that have it, in a line: easier to read than a tag a line."""
    tags: dict[str, list[str]] = defaultdict(list)
    for tag, value in sorted(values.items()):
        tags[value].append(tag)
    return {value: " ".join(tags[value]) for value in sorted(tags)}


if __name__ == "__main__":
    SOURCE.write_text(write_locales(), encoding="utf-8")
