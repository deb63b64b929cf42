"""Event ids that clients give back."""

import pytest

from services.gateway.job.event_id import EventId, read_event_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab12-7", EventId("ab12", 7)),
        (" ab12-0 ", EventId("ab12", 0)),
        ("ab12", None),
        ("ab12--1", None),
        ("", None),
        ("ab12-٣", None),
    ],
)
def test_event_ids(text: str, expected: EventId | None) -> None:
    assert read_event_id(text) == expected
