"""Some forty kinds of cells that people's columns hold, as Hypothesis draws them."""

from datetime import date

from hypothesis import strategies as st

from services.check.text.placeholder import is_placeholder

Cells = st.SearchStrategy[str]


def _number(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _days(form: str) -> Cells:
    return st.dates().filter(lambda day: day.year > 1000).map(lambda day: day.strftime(form))


def _unpadded(sign: str) -> Cells:
    return _DAYS.map(lambda day: f"{day.month}{sign}{day.day}{sign}{day.year}")


def _of(*words: str) -> Cells:
    return st.sampled_from(words)


_DAYS = st.dates(min_value=date(1001, 1, 1))
_CENTS = st.integers(0, 10**9)
_SHORT = (
    *("Jan.", "Feb.", "March", "April", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
_GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Mn"), codec="utf-8")

NUMBERS: dict[str, Cells] = {
    "integer": _number(-(10**9), 10**9).map(str),
    "decimal": _CENTS.map(lambda n: f"{n // 1000}.{n % 1000:03}"),
    "trailing zeros": _number(0, 999).map(lambda n: f"{n}.50"),
    "comma": _CENTS.map(lambda n: f"{n // 1000},{n % 1000:03}"),
    "grouped": _CENTS.map(lambda n: f"{n:,}"),
    "grouped with points": _CENTS.map(lambda n: f"{n:,}".replace(",", ".")),
    "Swiss": _CENTS.map(lambda n: f"{n:,}.50".replace(",", "’")),
    "Indian": _of("1,23,456", "12,00,000", "999", "9,87,65,432.50"),
    "percent": _number(-99, 99).map(lambda n: f"{n} %"),
    "euro": _CENTS.map(lambda n: f"€{n // 100}.{n % 100:02}"),
    "after": _CENTS.map(lambda n: f"{n // 100},{n % 100:02} €"),
    "currencies": st.builds("{}{}.50".format, _of("€", "$", "£", "₹"), _number(0, 999)),
    "units": st.builds("{} {}".format, _number(0, 999), _of("kg", "lb", "g")),
    "scientific": st.builds("{}.5E-{:02}".format, _number(1, 9), _number(1, 20)),
    "long": _number(10**15, 10**30).map(lambda n: f"{n}.25"),
    "accounts": _CENTS.map(lambda n: f"({n / 100:.2f})" if n % 2 else f"{n / 100:.2f}"),
    "ranges": st.builds("{}{}{}".format, _number(0, 99), _of("-", "–"), _number(0, 99)),
    "limits": st.builds("{}{}.5".format, _of("<", ">", "≤", "≥ "), _number(0, 99)),
    "fractions": _of("½", "1½", "¼", "1 1/2", "3/4", "2 ⅝"),
    "powers": st.builds("{}.5×10^{}".format, _number(1, 9), _number(-20, 20)),
    "unknown units": st.builds("{} {}".format, _number(0, 999), _of("kΩ", "MΩ", "€/kg")),
    "Arabic digits": st.text("٠١٢٣٤٥٦٧٨٩", min_size=1, max_size=6),
}
IDENTIFIERS: dict[str, Cells] = {
    "leading zeros": _number(0, 99999).map(lambda n: f"{n:05}"),
    "ZIP+4": st.builds("{:05}-{:04}".format, _number(0, 99999), _number(0, 9999)),
    "some ZIP+4": st.one_of(
        _number(10000, 99999).map(str), _number(0, 9999).map(lambda n: f"06103-{n:04}")
    ),
    "phone": _number(10**9, 10**12).map(lambda n: f"+{n}"),
    "spaced phone": st.builds("+49 {} {}".format, _number(100, 999), _number(10**5, 10**7)),
    "clone": st.builds("{:07}E{}".format, _number(0, 10**7 - 1), _number(1, 20)),
    "version": st.builds("{}.{}".format, _number(0, 9), _number(0, 20)),
    "long version": st.builds("{}.{}.{}".format, *[_number(0, 20)] * 3),
}
DAYS: dict[str, Cells] = {
    "ISO day": _days("%Y-%m-%d"),
    "day first": _days("%d/%m/%Y"),
    "month first": _unpadded("/"),
    "dotted": _days("%d.%m.%Y"),
    "worded": _days("%b %d %Y"),
    "long worded": _days("%d %B %Y"),
    "two-digit years": _DAYS.map(lambda day: f"{day.day:02}/{day.month:02}/{day.year % 100:02}"),
    "newspaper days": _DAYS.map(lambda day: f"{_SHORT[day.month - 1]} {day.day}, {day.year}"),
    "German days": _DAYS.map(lambda day: f"{day.day}. {_GERMAN[day.month - 1]} {day.year}"),
    "Japanese days": _DAYS.map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    "fractional moment": st.datetimes().map(
        lambda at: f"{at.year:04}-{at:%m-%dT%H:%M:%S}.{at.microsecond:06}Z"
    ),
    "moment": st.datetimes().map(lambda at: f"{at:%Y}-{at:%m-%d %H:%M:%S}"),
    "ISO moment": st.datetimes().map(lambda at: f"{at.year:04}-{at:%m-%dT%H:%M:%S}Z"),
}
WORDS: dict[str, Cells] = {
    "yes and no": _of("Yes", "No"),
    "booleans": _of("True", "False"),
    "sex": _of("F", "M", "X", "N"),
    "countries": _of("NO", "SE", "DK", "ON", "NA", "IS"),
    "marks": _of("x", "o", "X", "t", "si", "ja", "on"),
    "states": _of("Todo", "Done", "Test", "Null", "nil", "NaN", "Sample 4", "dummy"),
    "joined": _of("می‌خواهم", "👩‍🚀", "❤️", "🇦🇼", "क्‍ष", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    # In a column of numbers UNDEFINED says that there is none.
    "marked": st.text(_LETTERS, min_size=1, max_size=12).filter(lambda t: not is_placeholder(t)),
    "spaced": st.builds("{}\u00a0{}  {}".format, *[_of("a", "kg", "§", "12")] * 3),
    "lines": st.builds("{}\n{}".format, _of("a", "b"), _of("c", "d")),
    "signs": _of("+", "×", "!", "⁈"),
    "grades": _of("A", "A-", "B+", "C−"),
    "answers": _of("unknown", "male", "not applicable", "unbekannt"),
    "code": _of("a<b and c>d", "#include <map>", "vec<a>", "x<s>y", "<p>"),
    "word ends": _of("ភាសា\u200bខ្មែរ", "ภาษา\u200bไทย"),
    "angles": _of("List<String>", "<unknown>", "a < b", "x[1](y)", "Data:5", "f(x)=y"),
}
KINDS = NUMBERS | IDENTIFIERS | DAYS | WORDS
assert len(KINDS) >= 30
