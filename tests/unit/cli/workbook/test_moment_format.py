"""Dates as a spreadsheet shows them."""

from datetime import datetime

import pytest

from services.cli.workbook.moment_format import is_whole_day, show_moment, write_moment

MOMENT = datetime(2024, 3, 4, 15, 6, 7, 250_000)  # noqa: DTZ001 - a sheet knows no zone
SHOWN = [
    ("yyyy-mm-dd", "2024-03-04"),
    ("dd/mm/yy", "04/03/24"),
    ("d.m.yyyy", "4.3.2024"),
    ("d-mmm-yy", "4-Mar-24"),
    ("mmmm d, yyyy", "March 4, 2024"),
    ("dddd", "Monday"),
    ("h:mm AM/PM", "3:06 PM"),
    ("hh:mm:ss.00", "15:06:07.25"),
    ("mm:ss", "06:07"),
    ("yyyy-mm-dd hh:mm", "2024-03-04 15:06"),
    ('yyyy"T"hh', "2024T15"),
    ("[$-409]d-mmm-yyyy;@", "4-Mar-2024"),
    ("[$-407]d. mmm yyyy", None),
    ("[$-407]d.m.yyyy", "4.3.2024"),
    ("[$-F800]dddd, mmmm dd, yyyy", None),
    ("mm-dd-yy", None),
    ("m/d/yy h:mm", None),
    ("[h]:mm", None),
    ("ge.m.d", None),
]


@pytest.mark.parametrize(("code", "shown"), SHOWN)
def test_a_moment_is_shown_by_its_code_unless_the_reader_s_system_decides(
    code: str, shown: str | None
) -> None:
    assert show_moment(MOMENT, code) == shown


def test_what_the_system_decides_is_written_in_iso() -> None:
    assert write_moment(MOMENT) == "2024-03-04 15:06:07"
    assert write_moment(datetime(2024, 3, 4)) == "2024-03-04"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("code", "is_day"),
    [("dd/mm/yy", True), ("mm-dd-yy", True), ("mmm yyyy", False), ("m/d/yy h:mm", False)],
)
def test_a_day_has_all_three_of_its_parts_and_no_time(code: str, is_day: bool) -> None:
    assert is_whole_day(code) is is_day
