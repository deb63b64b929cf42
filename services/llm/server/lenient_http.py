"""Takes an answer whose head breaks the rules of HTTP in a way that does not hide what it holds.

Gateways write a length that is too short or twice, a header without a colon, a version of their
own. aiohttp refuses the whole of it (RFC 9112 has a recipient refuse some of these so that nobody
smuggles an answer into another's connection: what is mended here ends its connection). Reaches
into aiohttp's connector and protocol, for they have no seam for it.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

MAX_SEEN_BYTES = 1024 * 1024
STATUS = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY) +(\d{3})(?: [^\r\n]*)?", re.IGNORECASE)
HEADER = re.compile(rb"[\w!#$%&'*+.^`|~-]+:[^\x00-\x08\n-\x1f\x7f]*", re.ASCII)
OF_LENGTH = (b"content-length:", b"transfer-encoding:", b"connection:", b"keep-alive:", b"upgrade:")
CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")
ENDS = (b"}", b"]", b"[DONE]")


class LenientConnector(aiohttp.TCPConnector):
    """Connections whose answers are read so."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        handler: Any = partial(_LenientHandler, loop=self._loop)
        self._factory = handler


class _LenientHandler(ResponseHandler):
    def set_response_params(self, **params: Any) -> None:
        super().set_response_params(**params)
        renew = partial(self._renew, params)
        self._parser: Any = _LenientParser(self._parser, renew)

    def _renew(self, params: dict[str, Any]) -> Any:
        whole = self._parser
        super().set_response_params(**params)
        fresh, self._parser = self._parser, whole
        return fresh


class _LenientParser:
    """aiohttp's parser, which is given a mended answer where it refuses the first it sees."""

    def __init__(self, strict: Any, renew: Callable[[], Any]) -> None:
        self._strict = strict
        self._renew = renew
        self._seen: bytes | None = b""

    def feed_data(self, data: bytes) -> Any:
        if self._seen is not None:
            self._seen = self._seen + data if len(self._seen) < MAX_SEEN_BYTES else None
        try:
            told = self._strict.feed_data(data)
        except HttpProcessingError:
            mended = mend_answer(self._seen or b"")
            if mended is None:
                raise
            self._seen, self._strict = None, self._renew()
            return self._strict.feed_data(mended)
        if told[0]:
            self._seen = None
        return told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._strict, name)


def mend_answer(seen: bytes) -> bytes | None:
    """An answer, as far as it has come, with a head that can be read; None where it is none."""
    head, end, body = re.sub(rb"^[\r\n]+", b"", seen).partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    status = STATUS.fullmatch(first)
    if not end or status is None:
        return None
    told = [line for line in lines if HEADER.fullmatch(line)]
    kept = [line for line in told if not line.lower().startswith(OF_LENGTH)]
    lengths = [line.lower().partition(b":")[2].strip() for line in told]
    if b"chunked" in lengths:
        body = _join_chunks(body)
    is_all = body.rstrip(b"\r\n").endswith(ENDS)
    if is_all or b"close" not in lengths:
        # It has all of its text, or is longer than it says: nobody says when more would end.
        kept.append(b"content-length: %d" % len(body))
    code = b"200" if status[1] == b"204" and body else status[1]
    return b"\r\n".join([b"HTTP/1.1 " + code + b" X", *kept, b"connection: close", b"", body])


def _join_chunks(body: bytes) -> bytes:
    """What chunks hold, however their lines end; the body itself where it has none."""
    place, joined = 0, b""
    while (size := CHUNK.match(body, place)) and int(size[1], 16):
        end = size.end() + int(size[1], 16)
        joined += body[size.end() : end]
        place = end + len(re.match(rb"\r?\n|", body[end : end + 2])[0])  # type: ignore[index]
    return joined or body
