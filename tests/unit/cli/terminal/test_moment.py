"""What a person types for a moment is read, or refused with what to type."""

from datetime import UTC, datetime

import pytest

from services.cli.terminal.moment import read_moment

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
READ = [
    ("2h", datetime(2026, 11, 26, 10, 0, tzinfo=UTC)),
    ("3d", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
    (" 1w ", datetime(2026, 11, 19, 12, 0, tzinfo=UTC)),
    ("2026-11-26T12:00:00Z", NOW),
    ("2026-11-26T13:00+01:00", NOW),
]


@pytest.mark.parametrize(("text", "moment"), READ)
def test_an_age_or_a_moment_is_read(text: str, moment: datetime) -> None:
    assert read_moment(text, NOW) == moment


def test_a_date_is_of_this_machine_s_zone() -> None:
    assert read_moment("2026-11-26", NOW) == datetime(2026, 11, 26).astimezone(UTC)


@pytest.mark.parametrize("text", ["", "2", "h", "yesterday", "26.11.2026", "-2h"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        read_moment(text, NOW)
