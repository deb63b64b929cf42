"""A Retry-After is a number of seconds or a date."""

import pytest

from schemas.retry_after import read_retry_after

NOW_S = 1_767_323_045.0
"""2026-01-02 03:04:05 UTC."""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 120 ", 120),
        ("9" * 5_000, 999_999_999),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60),
        ("Fri, 02 Jan 2026 03:00:00 GMT", 0),
        ("Fri, 99 Jan 2026 03:00:00 GMT", None),
    ],
)
def test_it_is_read_in_both_of_its_forms(text: str | None, seconds: float | None) -> None:
    assert read_retry_after(text, NOW_S) == seconds
