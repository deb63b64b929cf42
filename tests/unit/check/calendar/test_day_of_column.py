"""A day stays as it was written where its column writes so, or where it may be another day."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import Judged, judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale

DATETIME = DataType.DATETIME


def propose(
    cells: list[str], cell: str, locale: str | None = None, kind: DataType | None = DATETIME
) -> Judged:
    column = FinalColumn("c1", "Value", kind, None, "", is_suggested=False)
    return judge(cell, make_column(column, tuple(cells), locale=read_locale(locale)))


KEPT = [
    (["15/01/25", "31/12/24"], ["05/02/25", "14/02/25", "05/02/2025"]),
    (["15.1.25", "31.12.24"], ["5.2.25", "05.02.2025"]),
    (["1/8/90", "12/28/91"], ["2/5/92"]),
    (["25-01-15", "24-12-31"], ["25-02-05", "24-02-29"]),
    (["15-Jan-25", "31-Dec-24"], ["05-Feb-25"]),
    (["15. Januar 2025", "3. März 2024"], ["5. Mai 2025", "12. Dezember 2025"]),
    (["15 janvier 2025", "1er mars 2024"], ["5 août 2025"]),
    (["15. 1. 2025", "31. 12. 2024"], ["5. 2. 2025"]),
    (["2025年1月15日"], ["2025年2月5日"]),
    (["令和7年1月15日"], ["令和6年12月1日"]),
    (["Sept. 15, 2025", "Dec. 3, 2024"], ["Feb. 5, 2025", "May 5, 2025", "June 5, 2025"]),
    (["May 15, 2025", "Dec. 3, 2024"], ["May 5, 2025", "Feb. 5, 2025"]),
    (["Sept 15, 2025", "Dec 3, 2024"], ["Feb 5, 2025", "May 5, 2025", "Sep 5, 2025"]),
    (["2025-01-15T08:00:00Z"], ["2025-02-05T09:15:00.123Z"]),
    (["2025-01-15T08:00:00.500Z"], ["2025-02-05T09:15:00.123Z"]),
    (["2025-08-05 10:00:00.123"], ["2025-08-05 10:00:00.4567", "2025-08-05 10:00:00"]),
    (["1403/10/26", "1402/12/29"], ["1404/01/15"]),
    (["1. April 2000", "2. April 2000"], ["1. Januar 2000", "1. January 2000"]),
    (["1850s", "c. 1900", "18th century"], ["1920s", "5th century BC"]),
    (["8/12/1998", "25/03/1987", "12/10/2026"], ["5/05/2025"]),
    (["13 juil. 2002", "19 avr. 1966"], ["4 mai 2009", "1 août 2010"]),
    (["8 de jul. del 2007", "10 de juny del 1952"], ["28 d’abr. del 1953"]),
    (["9 Nov 2009", "13 Feb 1976"], ["20 Aŭg 2009"]),
    (["4. Feb. 2028", "24. Nov. 1972"], ["16. März 1953", "7. Juli 2019"]),
    (["Freitag, 17. August 1956", "Dienstag, 16. Juli 2013"], ["Sonntag, 13. Jänner 2002"]),
    (["सोमवार, 4 अगस्त 2025", "रविवार, 14 सितंबर 2011"], ["शुक्रवार, 9 मई 2025"]),
]


@pytest.mark.parametrize(("cells", "proposals"), KEPT)
def test_a_day_that_is_written_like_its_column_is_kept(
    cells: list[str], proposals: list[str]
) -> None:
    for cell in proposals:
        judged = propose(cells, cell)
        assert (judged.value, judged.repairs) == (cell, ())
        assert propose(cells, cell, kind=None).value == cell


@pytest.mark.parametrize(
    ("cells", "locale", "cell"),
    [
        (["2024-01-05"], None, "05.01.24"),
        ([], "de", "01.02.24"),
        ([], None, "01/02/25"),
        (["2024-01-05"], None, "15 listopada 2025"),
        (["2024-01-05"], "th", "15 มกราคม 2568"),
        ([], "th", "5/8/2568"),
        ([], "fa", "1404/01/31"),
        ([], "fa", "۱۴۰۳/۰۱/۱۵"),
        ([], "ja", "令和7年8月5日"),
        ([], "zh-TW", "民國114年8月5日"),
        ([], "fr", "mardi 5 août 2025"),
        ([], "ko", "10. 6. 13."),
        ([], "ko", "94. 6. 9."),
        ([], "bg", "21.05.01 г."),
        ([], "de", "Di., 5.8.2025"),
        ([], "hi", "सोमवार, 4 अगस्त 2025"),
        ([], "th", "15 ม.ค. 68"),
        ([], "en", "15 Jan 25"),
    ],
)
def test_a_day_whose_century_month_or_calendar_is_not_said_is_kept_and_said(
    cells: list[str], locale: str | None, cell: str
) -> None:
    judged = propose(cells, cell, locale)
    assert (judged.value, judged.flags) == (cell, ("C14",))


def test_a_day_of_another_calendar_is_kept_where_nobody_gave_the_type() -> None:
    assert propose(["2024-01-05", "2023-12-31"], "2568/8/5", "th", None).value == "2568/8/5"
    assert propose(["15/01/2024", "9/12/2023"], "5-8-2568", "th", None).value == "5-8-2568"


NEW = [
    ["23 مارس 1965", "10 سبتمبر 2027", "2 نوفمبر 2004"],
    ["4 mai 2009", "13 juil. 2002", "1er mars 2024"],
    ["24. 12. 1973", "1. 5. 1953"],
    ["19.08.1991 г.", "1.09.1965 г."],
    ["1. Januar 2000", "12. Mai 2001"],
    ["4. Feb. 2028", "24. Nov. 1972", "16. März 1953", "7. Juli 2019"],
    ["2025年1月15日", "2024年12月1日"],
]


@pytest.mark.parametrize("cells", NEW)
def test_the_days_of_a_new_column_stay_as_all_of_them_are_written(cells: list[str]) -> None:
    column = FinalColumn("", "Value", DATETIME, None, "", is_suggested=True)
    for cell in cells:
        assert judge(cell, make_column(column, cells, is_new=True)) == Judged(cell)


def test_beside_days_in_iso_8601_a_new_column_has_no_others() -> None:
    column = FinalColumn("", "Value", DATETIME, None, "", is_suggested=True)
    cells = ["2025-01-15", "4 mai 2009", "13 juil. 2002"]
    judged = [judge(cell, make_column(column, cells, is_new=True)).value for cell in cells]
    assert judged == ["2025-01-15", "2009-05-04", "2002-07-13"]


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        (["15/01/25", "31/12/24"], "31/02/25"),
        (["15.1.25"], "32.1.25"),
        (["15 janvier 2025"], "31 février 2025"),
        (["2025年1月15日"], "2025年2月30日"),
        (["5 mai 2009"], "a " * 3000),
    ],
)
def test_a_day_that_never_was_does_not_fit(cells: list[str], cell: str) -> None:
    assert propose(cells, cell).value is None


@pytest.mark.parametrize(
    ("cells", "locale", "cell", "written"),
    [
        ([], "de", "1. Februar 2024", "2024-02-01"),
        ([], "es-US", "01/02/2024", "2024-02-01"),
        ([], "es-PH", "01/02/2024", "2024-02-01"),
        ([], "es-PA", "01/02/2024", "2024-01-02"),
        ([], "es_pr", "01/02/2024", "2024-01-02"),
        ([], "fil-PH", "01/02/2024", "2024-01-02"),
        (["2024-01-05"], None, "5. 1. 2024", "2024-01-05"),
        (["2024-01-05"], "fr", "5 août 2025", "2025-08-05"),
        (["15/01/2024"], None, "5 de maio de 2025", "05/05/2025"),
        (["Sept. 15, 2025", "Dec. 3, 2024"], None, "2025-05-05", "May 5, 2025"),
        (["Sept. 15, 2025", "Dec. 3, 2024"], None, "2025-02-05", "Feb. 5, 2025"),
    ],
)
def test_a_day_that_can_be_but_one_is_written_as_its_column_writes(
    cells: list[str], locale: str | None, cell: str, written: str
) -> None:
    judged = propose(cells, cell, locale)
    assert (judged.value, judged.repairs) == (written, ("C10",))
