"""What was compressed is decoded by what it is, whatever the server says of it."""

import gzip
import zlib

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.llm.arrival.decoding import PIECE_BYTES, Decoder

TEXT = b'{"choices": [{"message": {"content": "' + b"Malawi, " * 50 + b'"}}]}'


def raw_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


def decode(data: bytes, size: int, *, is_deflate: bool = False) -> bytes:
    decoder = Decoder(is_deflate=is_deflate)
    pieces = [data[place : place + size] for place in range(0, len(data), size)]
    told = [piece for chunk in pieces for piece in decoder.decode(chunk)]
    return b"".join([*told, *decoder.flush()])


FORMS = {
    "plain": TEXT,
    "gzip": gzip.compress(TEXT),
    "zlib": zlib.compress(TEXT),
    "gzip twice": gzip.compress(gzip.compress(TEXT)),
    "two parts": gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]),
    "something behind it": gzip.compress(TEXT) + b"\0\0junk",
    "without its sum": gzip.compress(TEXT)[:-8],
    "an end of lines before it": b"\r\n" + TEXT,
}


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("is_deflate", [True, False])
@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_a_body_is_decoded_by_what_it_is(data: bytes, is_deflate: bool, size: int) -> None:
    assert decode(data, size, is_deflate=is_deflate).lstrip() == TEXT


def test_deflate_is_read_without_a_header_too() -> None:
    assert decode(raw_deflate(TEXT), 10_000, is_deflate=True) == TEXT


@given(text=st.text(), size=st.integers(1, 40))
def test_no_text_is_taken_for_compressed(text: str, size: int) -> None:
    data = ("{" + text).encode()
    assert decode(data, size) == decode(data, size, is_deflate=True) == data


@given(data=st.binary(max_size=60), is_deflate=st.booleans())
def test_no_bytes_fail_otherwise_than_by_their_name(data: bytes, is_deflate: bool) -> None:
    try:
        decode(data, 5, is_deflate=is_deflate)
    except httpx2.DecodingError:
        return


def test_what_a_few_bytes_stand_for_comes_in_pieces() -> None:
    bomb = gzip.compress(b" " * 50 * PIECE_BYTES)
    assert max(map(len, Decoder().decode(bomb))) <= PIECE_BYTES
