"""What is read of `Accept` and `Prefer`."""

import pytest

from services.gateway.api.negotiation import is_accepted, is_preferred, read_wait

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PREFERRED = [
    (None, 0),
    ("", 0),
    ("wait=5", 5),
    ("Wait=5", 5),
    ('wait="5"', 5),
    ("respond-async, wait=10", 10),
    ("wait=10; strict, handling=lenient", 10),
    ("wait = 7", 7),
    ("wait=0", 0),
    ("wait=3600", 60),
    ("wait=-1", 0),
    ("wait=1.5", 0),
    ("wait=soon", 0),
    ("await=5", 0),
    ("wait", 0),
    ("wait=5, wait=9", 5),
    ("wait=soon, wait=5", 0),
    ("lenient; wait=10", 0),
    ('note="a, wait=20"', 0),
    ('note="a\\", b", wait=3', 3),
    ("wait=8;note=x, lenient", 8),
    ('wait=5 "', 0),
    (";" * 60_000 + '"', 0),
    ("wait=" + "9" * 400, 0),
]


@pytest.mark.parametrize(("prefer", "wait_s"), PREFERRED)
def test_a_wait_is_read_and_anything_else_passed_over(prefer: str | None, wait_s: int) -> None:
    assert read_wait(prefer) == wait_s


@pytest.mark.parametrize(
    ("accept", "offered", "is_met"),
    [
        ("*/*", "application/json", True),
        (BROWSER, "application/json", True),
        ("application/json", "application/json", True),
        ("APPLICATION/JSON; charset=utf-8", "application/json", True),
        ("application/*", "application/json", True),
        ("text/html, image/gif, *; q=.2, */*; q=.2", "application/json", True),
        ("text/csv", "application/json", False),
        ("text/*", "application/json", False),
        ("application/json;q=0", "application/json", False),
        ("application/json;q=0, */*", "application/json", False),
        ("*/*;q=0", "application/json", False),
        ("application/*;q=0, application/json", "application/json", True),
        ("application/problem+json", "application/json", False),
        ("a/b/c", "application/json", True),
        ("json", "application/json", True),
        (",", "application/json", True),
        ("text/csv;q=x", "text/csv", True),
        ('application/json;profile="a,b"', "application/json", True),
    ],
)
def test_the_most_exact_range_decides(accept: str, offered: str, is_met: bool) -> None:
    assert is_accepted(accept, offered) is is_met


@pytest.mark.parametrize(
    ("accept", "is_met"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream", True),
        ("text/event-stream, application/json", True),
        ("application/json;q=0.5, text/event-stream", True),
        ("text/event-stream, */*;q=0.1", True),
        ("text/event-stream;q=0, application/json", False),
        ("text/event-stream;q=0, */*", False),
        ("text/event-stream;q=0.5, application/json", False),
        ("text/event-stream;q=0.5, */*", False),
        ("*/*", False),
        ("text/*", False),
        ("", False),
        ("a/b/c", False),
    ],
)
def test_a_stream_is_preferred_where_it_is_named_and_nothing_is_taken_rather(
    accept: str, is_met: bool
) -> None:
    assert is_preferred(accept, "text/event-stream", "application/json") is is_met
