"""What people of a locale write: where a column's own cells do not tell."""

import re
from dataclasses import dataclass

# A line of words is easier to read than one word a line.
_POINT = "en ja zh ko th he hi bn ta te ur ms sw"
_COMMA = (
    "de fr es it pt nl pl cs sk sl hr sr bs bg ro hu da sv nb nn no fi is et lv lt ru uk be el tr"
    " id vi ca gl eu"
)
_POINT_REGIONS = (
    "CH LI MX US GB GT HN NI SV PA DO PR PE IE AU NZ IN SG HK MO MY PH IL JP CN TW KR TH"
)
_SPACED = "fr pl cs sk bg hu sv nb nn no fi et lv lt ru uk be"
POINT_LANGUAGES, COMMA_LANGUAGES = frozenset(_POINT.split()), frozenset(_COMMA.split())
POINT_REGIONS = frozenset(_POINT_REGIONS.split())
SPACED_LANGUAGES = frozenset(_SPACED.split())
# Of these the decimal sign is not known, or differs by country.
DAY_FIRST_LANGUAGES = frozenset(
    ["ar", "az", "gu", "hy", "ka", "kk", "km", "kn", "lo", "mk", "ml", "mr", "my", "pa", "sq"]
)
YEAR_FIRST_LANGUAGES = frozenset(("zh", "ja", "ko", "hu", "lt"))
MONTH_FIRST_REGIONS = frozenset(("US", "PH"))
DAY_FIRST_ENGLISH = frozenset(("GB", "IE", "AU", "NZ", "IN", "SG", "HK"))


@dataclass(frozen=True)
class Locale:
    """How numbers and days are written; None where nobody knows.

    Attributes:
        comma: Whether the decimal sign is a comma.
        is_spaced: Whether a space groups digits.
        day_first: Whether 05/02 is in February.
        language: Its tag: de.
    """

    comma: bool | None = None
    is_spaced: bool = False
    day_first: bool | None = None
    language: str | None = None


def read_locale(tag: str | None) -> Locale:
    """Read a language tag such as de-CH."""
    parts = re.split("[-_]", tag or "")
    language = parts[0].lower()
    region = next((part.upper() for part in parts[1:] if len(part) == 2), "")
    return Locale(
        comma=_read_comma(language, region),
        is_spaced=language in SPACED_LANGUAGES,
        day_first=_read_day_first(language, region),
        language=language or None,
    )


def _read_comma(language: str, region: str) -> bool | None:
    if region == "ZA" or (language, region) == ("fr", "CH"):
        # Both are written there, by custom and for amounts.
        return None
    if region in POINT_REGIONS or language in POINT_LANGUAGES:
        return False
    return True if language in COMMA_LANGUAGES else None


def _read_day_first(language: str, region: str) -> bool | None:
    if region in MONTH_FIRST_REGIONS:
        return False
    if language == "en":
        return True if region in DAY_FIRST_ENGLISH else None
    is_known = language in POINT_LANGUAGES | COMMA_LANGUAGES | DAY_FIRST_LANGUAGES
    return True if is_known and language not in YEAR_FIRST_LANGUAGES else None
