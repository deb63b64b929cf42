"""The live stream is read as it was written, whatever a table's text holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainshare_client.exchange.sse import EventParser, ServerEvent


def read(*chunks: bytes) -> list[ServerEvent]:
    parser = EventParser()
    return [event for chunk in chunks for event in parser.read(chunk)]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_a_line_feed_ends_a_line(end: str) -> None:
    text = f"one{end}two"
    assert read(f"data: {text}\n\n".encode()) == [ServerEvent("message", text, "")]


def test_a_stream_of_events_and_comments() -> None:
    stream = b": ping\n\nevent: status\r\nid: 7\r\ndata: {}\r\n\r\nid: 8\n\ndata: a\ndata: b\n\n"
    assert read(stream) == [ServerEvent("status", "{}", "7"), ServerEvent("message", "a\nb", "")]


def test_how_long_to_wait_before_connecting_again_is_kept() -> None:
    parser = EventParser()
    assert [*parser.read(b"retry: 1500\n\nretry: soon\n\ndata: {}\nretry: 2000\n\n")] != []
    assert (parser.retry_s, parser.has_read) == (2.0, True)


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), st.data())
def test_chunks_may_end_anywhere(text: str, data: st.DataObject) -> None:
    stream = f"data: {text}\n\n".encode()
    cut = data.draw(st.integers(0, len(stream)))
    assert read(stream[:cut], stream[cut:]) == [ServerEvent("message", text, "")]
