"""Texts that clients give back: cursors, event ids, tags, trace contexts, keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.api.cursor import CursorError, read_cursor, write_cursor
from services.gateway.api.etag import matches
from services.gateway.api.problem import ProblemError
from services.gateway.api.request_info import continue_trace, read_request_info
from services.gateway.database.place import Place
from services.gateway.job.event_id import EventId, read_event_id
from services.gateway.submission.idempotency_key import read_key

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


@given(st.integers(0, 2**62), st.uuids())
def test_a_cursor_comes_back_as_it_was(accepted_us: int, job: object) -> None:
    place = Place(accepted_us, str(job))
    assert read_cursor(write_cursor(place)) == place


@given(st.text(max_size=40))
def test_another_text_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(text)


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


@pytest.mark.parametrize(
    ("header", "body", "key"),
    [
        (None, None, None),
        (None, "k", "k"),
        ("k", None, "k"),
        ('"k"', None, "k"),
        ('"k"', "k", "k"),
        ('"', None, '"'),
    ],
)
def test_keys(header: str | None, body: str | None, key: str | None) -> None:
    assert read_key(header, body) == key


@pytest.mark.parametrize(("header", "body"), [("k", "other"), ("", None), ("k" * 256, None)])
def test_keys_that_are_refused(header: str, body: str | None) -> None:
    with pytest.raises(ProblemError):
        read_key(header, body)


def test_a_sound_trace_goes_on_in_a_new_span() -> None:
    continued = continue_trace(TRACE)
    assert continued[:36] == TRACE[:36]
    assert continued != TRACE


@pytest.mark.parametrize("given", ["", "junk", TRACE.replace("0123456789abcdef" * 2, "0" * 32)])
def test_another_trace_is_replaced(given: str) -> None:
    assert len(continue_trace(given)) == len(TRACE)


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 129, b"<script>"])
def test_an_unsound_request_id_is_replaced(given: bytes) -> None:
    info = read_request_info({"headers": [(b"x-request-id", given)]})
    assert len(info.request_id) == 32
