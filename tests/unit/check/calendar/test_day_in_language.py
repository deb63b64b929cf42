"""Days as people of thirty languages write them: kept, or the same day in another form."""

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.calendar.moment import read_moment
from services.check.table.cell import judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale

LANGUAGES = (
    "de fr es it pt nl pl cs sk sl hr bg ro hu da sv nb fi et lv lt ru uk tr el he ar hi vi id ja"
    " ko zh ca"
)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
FORMS = ("short", "medium", "long", "dd.MM.yyyy")


@pytest.mark.parametrize("language", LANGUAGES.split())
@settings(max_examples=12)
@given(
    days=st.lists(DAYS, max_size=3),
    day=DAYS,
    form=st.sampled_from(FORMS),
    like=st.booleans(),
    declared=st.booleans(),
)
def test_a_day_is_never_lost_and_never_another_one(
    language: str, days: list[date], day: date, form: str, like: bool, declared: bool
) -> None:
    cells = [format_date(d, form if like else "yyyy-MM-dd", locale=language) for d in days]
    kind, locale = DataType.DATETIME if declared else None, read_locale(language)
    column = make_column(
        FinalColumn("c1", "Day", kind, None, "", is_suggested=False), cells, locale=locale
    )
    written = format_date(day, form, locale=language)
    value = judge(written, column).value
    if value != written:
        assert value
        day_first = column.days.day_first if column.days else locale.day_first
        assert read_moment(value, day_first=day_first, language=language) == day.isoformat()
