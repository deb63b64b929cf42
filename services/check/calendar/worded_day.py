"""Days whose month is a word, or whose parts are named: 15 de enero de 2025, 2025年1月."""

import re
from dataclasses import dataclass
from datetime import date

from services.check.calendar.month import list_months
from services.check.text.folding import write_ascii

# What people write between day, month and year, and behind their numbers.
_BETWEEN = frozenset(
    (
        *("de", "del", "di", "do", "da", "of", "the", "d", "le", "el", "am", "den", "m", "a"),
        *("st", "nd", "rd", "th", "er", "ere", "re", "o", "º", "ª", "r", "ngày"),
        *("г", "р", "года", "року", "й", "го", "е", "gada"),
    )
)
_SPELT_OUT = (
    re.compile(
        r"(?P<y>[0-9]{4}) ?[年년] ?(?P<m>[0-9]{1,2}) ?[月월] ?(?P<d>[0-9]{1,2}) ?[日일号號]"
    ),
    re.compile(
        r"(?:ngày )?(?P<d>[0-9]{1,2}) (?:tháng|thg) (?P<m>[0-9]{1,2}),? (?:năm )?(?P<y>[0-9]{4})",
        re.IGNORECASE,
    ),
)
_WORD = re.compile(r"[0-9]+|[^\s0-9.,/'’-]+(?:\.[^\s0-9.,/'’-]+)*")
_OTHER = re.compile(r"[\s.,/'’-]*")
# A Thai year is 543 ahead: 2568 may be 2025.
_LAST_YEAR = 2300


@dataclass(frozen=True)
class WordedDay:
    """What a cell says of a day: its month may be one of several."""

    year: int
    months: frozenset[int]
    day: int

    @property
    def date(self) -> date | None:
        """The one day that it can be; None where there is none, or nobody knows which."""
        month = next(iter(self.months)) if len(self.months) == 1 else 0
        return _make_day(self.year, month, self.day) if self.year <= _LAST_YEAR else None

    @property
    def is_real(self) -> bool:
        """Whether there may have been such a day."""
        return any(_make_day(self.year, month, self.day) for month in self.months)


def read_worded_day(text: str, language: str | None) -> WordedDay | None:
    """Take a day with its month's name apart; None for anything else.

    Args:
        language: What settles a month that is another one elsewhere: listopad.
    """
    plain = write_ascii(text).strip()
    if found := next((f for form in _SPELT_OUT if (f := form.fullmatch(plain))), None):
        return WordedDay(int(found["y"]), frozenset((int(found["m"]),)), int(found["d"]))
    if _OTHER.fullmatch(_WORD.sub("", plain)) is None:
        return None
    words = _WORD.findall(plain)
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word.casefold() not in _BETWEEN]
    if len(names) != 1 or sorted(min(len(number), 5) for number in numbers) not in ([1, 4], [2, 4]):
        return None
    day, year = sorted(numbers, key=len)
    months = list_months(names[0], language)
    return WordedDay(int(year), months, int(day)) if months else None


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
