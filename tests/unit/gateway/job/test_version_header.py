"""When a client has the current state already."""

import pytest

from services.gateway.job.version_header import matches


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ('"a-1"', True),
        ('W/"a-1"', True),
        ('"x", "a-1"', True),
        ("*", True),
        ('"a-2"', False),
        ("a-1", False),
    ],
)
def test_if_none_match(header: str | None, expected: bool) -> None:
    assert matches(header, '"a-1"') is expected
