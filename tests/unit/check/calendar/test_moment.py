"""Days and times as people write them, in ISO 8601 where they can be but one."""

import pytest

from services.check.calendar.moment import read_moment

DAYS = [
    ("1. Februar 2024", "2024-02-01"),
    ("15. März 2024", "2024-03-15"),
    ("15 janvier 2025", "2025-01-15"),
    ("1er août 2025", "2025-08-01"),
    ("15 févr. 2025", "2025-02-15"),
    ("15 de enero de 2025", "2025-01-15"),
    ("15 de janeiro de 2025", "2025-01-15"),
    ("1º de maio de 2025", "2025-05-01"),
    ("15 gennaio 2025", "2025-01-15"),
    ("15 stycznia 2025 r.", "2025-01-15"),
    ("15 січня 2025 року", "2025-01-15"),
    ("15 января 2025 г.", "2025-01-15"),
    ("15. ledna 2025", "2025-01-15"),
    ("2025. január 15.", "2025-01-15"),
    ("15. tammikuuta 2025", "2025-01-15"),
    ("15 Ocak 2025", "2025-01-15"),
    ("15 Ιανουαρίου 2025", "2025-01-15"),
    ("15 בינואר 2025", "2025-01-15"),
    ("15 يناير 2025", "2025-01-15"),
    ("١٥ يناير ٢٠٢٥", "2025-01-15"),
    ("15 जनवरी 2025", "2025-01-15"),
    ("15 Januari 2025", "2025-01-15"),
    ("15 tháng 1, 2025", "2025-01-15"),
    ("ngày 15 tháng 1 năm 2025", "2025-01-15"),
    ("2025年1月15日", "2025-01-15"),
    ("2025년 1월 15일", "2025-01-15"),
    ("d'abril 5, 2025", "2025-04-05"),
    ("15 d’abril de 2025", "2025-04-15"),
    ("5. 1. 2024", "2024-01-05"),
    ("2025. 02. 05.", "2025-02-05"),
    ("2025.02.05.", "2025-02-05"),
    ("15 / 01 / 2025", "2025-01-15"),
    ("January 5th, 2024", "2024-01-05"),
    ("15-Jan-2025", "2025-01-15"),
    ("20.06.2006\u202fг.", "2006-06-20"),
    ("30\u200f/11\u200f/1990", "1990-11-30"),
    ("5 aout 2025", "2025-08-05"),
    ("2025 m. rugpjūčio 5 d.", "2025-08-05"),
    ("2025. gada 5. augusts", "2025-08-05"),
    ("٢٥/٠٨/٢٠٢٥", "2025-08-25"),
]
NONE = [
    "31 février 2025",
    "15 listopada 2025",
    "15 มกราคม 2568",
    "15 Jan 25",
    "15 Jan",
    "Jan 2025",
    "15 Jan 2025 noon",
    "15 Jan 2025 16",
    "15 Foo 2025",
    "令和7年1月15日",
    "15.01.25",
    "2025-13-01",
    "2025-01-05T10:00.5Z",
]
TIMES = [
    ("2025-02-05T09:15:00.123Z", "2025-02-05T09:15:00.123Z"),
    ("2025-02-05 09:15:00.123456789+0530", "2025-02-05T09:15:00.123456789+05:30"),
    ("2025-02-05T09:15:00.500+05:30", "2025-02-05T09:15:00.500+05:30"),
    ("2025-02-05T09:15Z", "2025-02-05T09:15:00Z"),
    ("2025-02-05T09:15:00,5Z", "2025-02-05T09:15:00.5Z"),
    ("2025-02-05 09:15 UTC", "2025-02-05T09:15:00Z"),
]


@pytest.mark.parametrize(("text", "written"), [*DAYS, *TIMES])
def test_a_day_or_time_is_read_in_any_language_and_loses_nothing(text: str, written: str) -> None:
    assert read_moment(text) == written
    assert read_moment(written) == written


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_day_or_may_be_several_is_not_read(text: str) -> None:
    assert read_moment(text) is None


def test_the_language_settles_which_month_it_is() -> None:
    assert read_moment("15 listopada 2025", language="pl") == "2025-11-15"
    assert read_moment("15. listopada 2025", language="hr") == "2025-10-15"
