"""Decodes what a server has compressed, by what it is: what it says of that is often wrong.

A proxy decodes an answer and keeps the header, or compresses it and sets none (RFC 9110, 8.4, names
the codings). No text begins as these do.
"""

import zlib
from collections.abc import Iterator

import httpx2

GZIP, ZLIB = b"\x1f\x8b", (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
SNIFFED_BYTES = 2
MAX_LAYERS = 3
PIECE_BYTES = 64 * 1024
AUTO_WBITS, RAW_WBITS = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS
TEXTS = (b"{", b"[", b'"', b"<", b":", b" ", b"\n", b"\r", b"data:", b"event:", b"\xef\xbb\xbf")
"""How answers begin that are not compressed: JSON, a stream, a page."""


class Decoder:
    """Decodes one body, piece by piece.

    Args:
        is_deflate: Whether the server says `deflate`, which also stands for data without a header.
        layers: How many times it may be compressed.
    """

    def __init__(self, *, is_deflate: bool = False, layers: int = MAX_LAYERS) -> None:
        self._is_deflate = is_deflate
        self._layers = layers
        self._begin = b""
        self._inflater: zlib._Decompress | None = None
        self._inner: Decoder | None = None
        self._is_plain = layers == 0

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Give what a piece stands for, in pieces of a bounded size.

        Raises:
            DecodingError: It is not what it begins as.
        """
        if not self._is_plain and self._inflater is None:
            self._begin += data
            if len(self._begin) < SNIFFED_BYTES:
                return
            data = self._sniff()
        if self._inflater is None or self._inner is None:
            yield data
            return
        for piece in self._inflate(data):
            yield from self._inner.decode(piece)

    def flush(self) -> Iterator[bytes]:
        """Give what is left: of a body that is too short to tell what it is."""
        if self._inner is not None:
            yield from self._inner.flush()
        elif not self._is_plain:
            yield self._begin

    def _sniff(self) -> bytes:
        begin, self._begin = self._begin, b""
        is_known = begin.startswith((GZIP, *ZLIB))
        is_raw = self._is_deflate and not is_known and _is_inflated(begin)
        if is_known or is_raw:
            self._inflater = zlib.decompressobj(RAW_WBITS if is_raw else AUTO_WBITS)
            self._inner = Decoder(layers=self._layers - 1)
        else:
            self._is_plain = True
        return begin

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        while data and self._inflater is not None:
            try:
                yield self._inflater.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise httpx2.DecodingError(str(error)) from error
            data = self._inflater.unconsumed_tail
            if self._inflater.eof:
                # A further part, as gzip joins files; anything else behind it is nothing.
                data = self._inflater.unused_data
                if not data.startswith(GZIP):
                    return
                self._inflater = zlib.decompressobj(AUTO_WBITS)


def _is_inflated(begin: bytes) -> bool:
    """Whether data without a header is compressed: it can be told by its not being wrong alone."""
    if begin.startswith(TEXTS):
        return False
    try:
        zlib.decompressobj(RAW_WBITS).decompress(begin, PIECE_BYTES)
    except zlib.error:
        return False
    return True
