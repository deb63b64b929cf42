"""What people of any locale write in a column comes out of it to the letter when it is proposed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent, format_scientific
from babel.units import format_unit
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale
from tests.unit.check.table.cldr import TAGS

EXAMPLES, SHOWN, HELD = 12, 4, 2
TELLING = Decimal("-123456.789")
"""It shows how the others are written: 1,000 beside 12 may be two numbers."""
Number = Callable[[Decimal, str], str]
Day = Callable[[date, str], str]


def of_unit(unit: str, length: str) -> Number:
    return lambda number, tag: format_unit(number, unit, length, locale=tag)  # type: ignore[arg-type]


def of_currency(currency: str, form: str = "standard") -> Number:
    return lambda number, tag: format_currency(
        number,
        currency,
        locale=tag,
        format_type=form,  # type: ignore[arg-type]
    )


def of_day(form: str) -> Day:
    return lambda day, tag: format_date(day, form, locale=tag)


def of_skeleton(form: str) -> Day:
    return lambda day, tag: format_skeleton(form, day, locale=tag)


NUMBERS: dict[str, Number] = {
    "decimal": lambda number, tag: format_decimal(number, locale=tag),
    "own signs": lambda number, tag: format_decimal(number, locale=tag, numbering_system="default"),
    "power": lambda number, tag: format_scientific(number, locale=tag),
    "percent": lambda number, tag: format_percent(number, locale=tag, decimal_quantization=False),
    "euro": of_currency("EUR"),
    "yen": of_currency("JPY"),
    "account": of_currency("USD", "accounting"),
    "kilometre": of_unit("length-kilometer", "short"),
    "celsius": of_unit("temperature-celsius", "long"),
    "hours": of_unit("duration-hour", "narrow"),
}
DAYS: dict[str, Day] = {
    **{form: of_day(form) for form in ("short", "medium", "long", "full", "dd.MM.yyyy")},
    **{form: of_skeleton(form) for form in ("yMd", "yMMMd", "yMMMEd", "GyMMMd")},
}
# Of one it is not known by CLDR's own sign (1965-17-11) which number is the month.
SETTLED = [tag for tag in TAGS if tag != "kk_Arab_CN"]


def keep(kind: DataType | None, tag: str | None, shown: list[str], held: str) -> str | None:
    """What comes of a cell that is proposed for a column of others."""
    final = FinalColumn("c1", "Value", kind, None, "", is_suggested=False)
    return judge(held, make_column(final, shown, locale=read_locale(tag))).value


def hold(kind: DataType, tag: str, cells: list[str]) -> None:
    shown, held = cells[:-HELD], cells[-HELD:]
    for cell in held:
        for declared in (kind, None, DataType.TEXT):
            for told in (tag, None):
                kept = keep(declared, told, shown, cell)
                assert (declared, told, cell) == (declared, told, kept)


@pytest.mark.parametrize("form", NUMBERS)
@settings(max_examples=EXAMPLES)
@given(
    tag=st.sampled_from(SETTLED),
    numbers=st.lists(
        st.decimals(-999_999, 999_999, places=3), min_size=SHOWN + HELD, max_size=SHOWN + HELD
    ),
)
def test_a_number_is_kept_to_the_letter(form: str, tag: str, numbers: list[Decimal]) -> None:
    hold(DataType.DECIMAL, tag, [NUMBERS[form](number, tag) for number in (TELLING, *numbers)])


@pytest.mark.parametrize("form", DAYS)
@settings(max_examples=EXAMPLES)
@given(
    tag=st.sampled_from(SETTLED),
    days=st.lists(
        st.dates(date(1950, 1, 1), date(2039, 12, 31)), min_size=SHOWN + HELD, max_size=SHOWN + HELD
    ),
)
def test_a_day_is_kept_to_the_letter(form: str, tag: str, days: list[date]) -> None:
    hold(DataType.DATETIME, tag, [DAYS[form](day, tag) for day in days])


NEPAL = ["00/1/1", "01/1/10", "82/1/15", "32/1/10", "99/12/31", "05/10/5", "05/1/5"]


@pytest.mark.parametrize("held", NEPAL)
def test_a_short_year_that_comes_first_needs_no_month_of_two_digits(held: str) -> None:
    hold(DataType.DATETIME, "ne", [*(cell for cell in NEPAL if cell != held), held, held])


THINGS = {
    "names of works": [
        "10.1000/xyz123",
        "10.1002/(SICI)1097-4571(199909)50:11<1049::AID>3.0.CO;2-G",
    ],
    "books": ["978-3-16-148410-0", "0-306-40615-2", "0-8044-2957-X", "9780306406157", "2049-3630"],
    "formulas": ["H2O", "CO", "Co", "Fe3+", "SO4^2-", "[Fe(CN)6]3-", "²³⁵U", "1,2-dichloroethane"],
    "moves": ["e4", "Nf3", "O-O", "exd5", "Qxe7+", "e8=Q", "Qh4#", "e4!?", "1-0", "½-½"],
    "networks": ["192.168.0.1", "10.0.0.0/8", "::1", "2001:db8::8a2e:370:7334", "127.0.0.1:8080"],
    "cards": ["00:1A:2B:3C:4D:5E", "00-1A-2B-3C-4D-5E", "001A.2B3C.4D5E"],
    "keys": ["C", "C♯", "D♭ major", "F#m", "E♭m7", "H-Moll", "N.C."],
    "places": ["40.7128° N", "48°51′24″N 2°21′03″E", "51.5074, -0.1278", "N 48° 51.5'"],
    "genes": ["MARCH1", "SEPT2", "DEC1", "NOV", "FEB", "p53", "HLA-A*02:01"],
    "ranges": ["1-2", "3–5", "5 to 7", "<5", ">10", "≥3", "13+", "3~5"],
    "fractions": ["½", "1½", "2 1/2", "3/4", "1⁄2", "⅔"],
    "shares": ["12%", "12 %", "١٢٪", "%12", "12％", "५०%", "+5 %", "-3%"],
    "digits": ["١٢٣", "٤٥٦٫٧٨", "۱٬۲۳۴", "१२,३४,५६७", "๑๒๓", "-๕", "Ⅳ", "MCMXCIV", "①"],
    "eras": ["令和7年1月15日", "R7.1.15", "民國114年1月15日", "15 มกราคม พ.ศ. 2568", "15 رجب 1446"],
    "versions": ["1.0", "1.10", "2.0.1", "v3", "1.0-rc1", "^1.2.3", ">=2.0,<3"],
    "codes": [
        "02134",
        "SW1A 1AA",
        "K1A 0B1",
        "〒100-0001",
        "DE89 3704 0044",
        "0x1F",
        "1E5",
        "#FF0000",
    ],
    "scores": ["3-1", "2:1", "6-4 7-6(5)", "119/7", "3½", "4/5", "★★☆", "BB-", "A+", "PG-13"],
    "answers": ["yes", "no", "x", "✓", "✗", "jo", "ne", "T", "F", "On", "Si", "Null", "Test"],
    "words": [
        "မြန်မာ",
        "ᬩᬮᬶ",
        "ꦗꦮ",
        "ༀམ",
        "עליّ",
        "ق\u200cم",
        "👨‍👩‍👧",
        "🇩🇪",
        "e\u0301",
        "ﷺ",
        "ﬁ",
        "㎏",
    ],
    "measures": [
        "5′10″",
        "5 ft 10 in",
        "1080p",
        "f/2.8",
        "1/250 s",
        "M4×0.7",
        "pH 7.4",
        "±5",
        "5±1",
    ],
    "notes": ["a<b and c>d", "#include <map>", "<p>", "5 < 6 > 4", "=A1", "@here", "&nbsp;", "'x"],
}


@pytest.mark.parametrize("things", THINGS)
@pytest.mark.parametrize("kind", [DataType.TEXT, None])
def test_what_is_no_number_is_kept_to_the_letter(things: str, kind: DataType | None) -> None:
    cells = THINGS[things]
    for place, held in enumerate(cells):
        for tag in (None, "de", "en-US", "es-419", "ar", "th", "ja", "hi"):
            shown = [*cells[:place], *cells[place + 1 :]]
            assert (tag, keep(kind, tag, shown, held)) == (tag, held)
