"""Writes the names of months that Babel has from CLDR: a part of `make generate`."""

import json
import re
from collections import defaultdict
from itertools import product

from babel import Locale

from services.check.calendar.month import SOURCE
from services.check.text.folding import fold

# A line of words is easier to read than one word a line.
_LANGUAGES = (
    "en de fr es it pt nl pl cs sk sl hr sr bs bg ro hu da sv nb nn fi is et lv lt ru uk be el tr"
    " id vi ca gl eu sq mk he ar fa hi bn ta te ur ms sw th af ga cy az kk ka hy mr gu pa ml kn km"
    " lo fil"
)
_PREFIX = re.compile(r"^(?:de |d['’])")


def write_months() -> str:
    """Each month's names, and in which language a word is which month where it may be several."""
    languages: dict[str, dict[str, int]] = defaultdict(dict)
    for tag in _LANGUAGES.split():
        for name, month in _list_names(tag):
            languages[name][tag] = month
    names = {
        str(month): " ".join(sorted(n for n, of in languages.items() if month in of.values()))
        for month in range(1, 13)
    }
    unclear = {name: of for name, of in sorted(languages.items()) if len({*of.values()}) > 1}
    written = {"source": "Unicode CLDR (Unicode License V3), by way of Babel", "names": names}
    return json.dumps(written | {"unclear": unclear}, ensure_ascii=False, indent=1) + "\n"


def _list_names(tag: str) -> list[tuple[str, int]]:
    months = Locale.parse(tag).months
    named = [
        (_PREFIX.sub("", fold(text)).rstrip("."), month)
        for form, width in product(("format", "stand-alone"), ("wide", "abbreviated"))
        for month, text in months[form][width].items()
    ]
    return [(name, month) for name, month in named if re.fullmatch(r"[^\s\d/]+", name)]


if __name__ == "__main__":
    SOURCE.write_text(write_months(), encoding="utf-8")
