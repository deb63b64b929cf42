"""What people of a locale write: where a column's own cells do not tell."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("locale.json")
"""Written by `make generate` from CLDR: what each locale says otherwise than the one above it."""

ANSWERS = {"yes": True, "no": False, "unclear": None}
KEPT_TAGS = 256
_SCRIPT, _REGION = re.compile("[A-Za-z]{4}"), re.compile("[A-Za-z]{2}|[0-9]{3}")
# Said often, and no region's code.
_REGIONS = {"UK": "GB"}


@dataclass(frozen=True)
class Locale:
    """How numbers and days are written; None where nobody knows.

    Attributes:
        comma: Whether the decimal sign is a comma.
        is_spaced: Whether a space groups digits.
        day_first: Whether 05/02 is in February; None also where the year comes first.
        language: Its tag: de.
    """

    comma: bool | None = None
    is_spaced: bool = False
    day_first: bool | None = None
    language: str | None = None


@lru_cache(KEPT_TAGS)
def read_locale(tag: str | None) -> Locale:
    """Read a language tag such as de-CH, es-419 or zh_hant_TW.

    What it does not say comes from the locale above it, as CLDR has it: es-PA, es-419, es.
    """
    canonical = _write_canonical(tag or "")
    found = {name: _find(name, canonical) for name in ("comma", "is_spaced", "day_first")}
    return Locale(
        comma=found["comma"],
        is_spaced=found["is_spaced"] is True,
        day_first=found["day_first"],
        language=canonical.partition("_")[0] or None,
    )


def list_ancestors(tag: str, parents: Mapping[str, str]) -> Iterator[str]:
    """A locale, the one above it, and so on: es_PA, es_419, es.

    Args:
        parents: Those whose parent has another name than they have without their last part.
    """
    while tag:
        yield tag
        tag = parents.get(tag) or tag.rpartition("_")[0]


def _find(name: str, tag: str) -> bool | None:
    said = _load()
    answers = said[name]
    nearest = (one for one in list_ancestors(tag, said["parents"]) if one in answers)
    return ANSWERS[answers.get(next(nearest, ""), "unclear")]


def _write_canonical(tag: str) -> str:
    """A tag as CLDR writes it, with language, script and region: no variants or extensions."""
    language, *rest = re.split("[-_]", re.split("[.@]", tag.strip())[0])
    # Of one letter begins an extension: de-u-nu-latn.
    sized = next((n for n, part in enumerate(rest) if len(part) < 2), len(rest))
    own = [part for part in rest[:sized] if _SCRIPT.fullmatch(part) or _REGION.fullmatch(part)]
    name = language.lower()
    of_alias = _load()["languages"].get(name, name).split("_")
    scripts = [part.title() for part in (*own, *of_alias[1:]) if len(part) == 4]
    regions = [part.upper() for part in (*own, *of_alias[1:]) if len(part) < 4]
    region = [_REGIONS.get(one, one) for one in regions[:1]]
    return "_".join((of_alias[0], *scripts[:1], *region))


@cache
def _load() -> Mapping[str, Mapping[str, str]]:
    """Each part of the file the other way round: by tag what is said of it."""
    said: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        name: {tag: value for value, tags in part.items() for tag in tags.split()}
        for name, part in said.items()
        if isinstance(part, dict)
    }
