"""Headers survive the way through Kafka, once each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import MAX_UNIX_MS
from schemas.kafka.headers import (
    ErrorKind,
    Headers,
    cut,
    decode_headers,
    encode_headers,
    pass_on,
    salvage_headers,
)

texts = st.text(min_size=1, max_size=50)
headers = st.builds(
    Headers,
    schema=st.just("stage-record/1"),
    attempt=st.integers(1, 100),
    redrive=st.integers(0, 100),
    first_failed_ms=st.none() | st.integers(0, MAX_UNIX_MS),
    error_kind=st.none() | st.sampled_from(ErrorKind),
    error_code=st.none() | texts,
    error_message=st.none() | texts,
    origin_topic=st.none() | texts,
    origin_partition=st.none() | st.integers(0, 1000),
    origin_offset=st.none() | st.integers(0, 2**53),
    traceparent=st.none() | texts,
)


@given(headers)
def test_what_is_written_is_read_back(written: Headers) -> None:
    assert decode_headers(encode_headers(written)) == written


@given(headers)
def test_each_name_is_written_once(written: Headers) -> None:
    names = [name for name, _ in encode_headers(written)]
    assert len(names) == len(set(names))


def test_of_a_repeated_header_the_last_counts_and_unknown_ones_are_ignored() -> None:
    read = decode_headers([("attempt", b"1"), ("colour", b"red"), ("attempt", b"2")])
    assert read == Headers(attempt=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("attempt", b"two"), ("attempt", b"0"), ("redrive", b"-1"), ("error-message", b"\xff")],
)
def test_a_known_header_that_holds_nonsense_is_an_error(name: str, value: bytes) -> None:
    with pytest.raises(ValueError, match=r"attempt|redrive|UTF-8"):
        decode_headers([(name, value)])


@given(st.text(), st.integers(0, 20))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    shorter = cut(text, limit)
    assert text.startswith(shorter)
    assert len(shorter.encode()) <= limit


def test_an_odd_header_takes_no_other_with_it() -> None:
    read = salvage_headers([("attempt", b"2"), ("redrive", b"x"), ("error-code", b"\xff")])
    assert read == Headers(attempt=2)


def test_a_header_of_a_later_release_goes_on_as_it_came() -> None:
    came_with = [("priority", b"\xff1"), ("attempt", b"1"), ("priority", b"2")]
    onward = pass_on(came_with, Headers(schema="stage-record/1", attempt=2))
    assert dict(onward)["priority"] == b"2"
    assert decode_headers(onward) == Headers(schema="stage-record/1", attempt=2)
    assert len(dict(onward)) == len(onward)
