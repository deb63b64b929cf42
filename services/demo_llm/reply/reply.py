"""An HTTP answer that takes its time and may break off, as the answers of providers do."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DRIP_S = 0.5
_CLOSING_BODY = to_json(
    {
        "error": {
            "message": "The demo server is stopping",
            "type": "server_error",
            "param": None,
            "code": "server_stopping",
        }
    }
)


class Manner(StrEnum):
    """How the bytes go out: all at once, one by one, half of them, or never."""

    WHOLE = "whole"
    DRIP = "drip"
    RESET = "reset"
    HANG = "hang"


class Reply(Response):
    """A response sent after `latency_s`, unless the client leaves before; `on_end` hears which.

    Args:
        pieces: The body; more than one piece is sent as a stream without a length.
        on_end: Called once, with True when the answer went out and False when nobody waited.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        *,
        status_code: int = 200,
        headers: Mapping[str, str],
        media_type: str = "application/json",
        is_stream: bool = False,
        latency_s: float = 0,
        manner: Manner = Manner.WHOLE,
        on_end: Callable[[bool], None],
    ) -> None:
        self._pieces = pieces if is_stream else [b"".join(pieces)]
        body = b"" if is_stream else self._pieces[0]  # type: ignore[index]
        super().__init__(body, status_code, headers, media_type)
        if is_stream:
            del self.headers["content-length"]
        self._latency_s = latency_s
        self._manner = manner
        self._on_end = on_end
        self._has_started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, send, and report how it ended."""
        is_whole = False
        try:
            is_whole = await self._deliver(receive, send)
        except asyncio.CancelledError:
            # Only a stopping server cancels us; uvicorn would log a traceback if it went on.
            await self._send_closing(send)
        finally:
            self._on_end(is_whole)

    async def _deliver(self, receive: Receive, send: Send) -> bool:
        latency_s = None if self._manner is Manner.HANG else self._latency_s
        if latency_s != 0 and await is_gone_within(receive, latency_s):
            return False
        self._has_started = True
        start = {"type": "http.response.start", "status": self.status_code}
        await send(start | {"headers": self.raw_headers})
        if self._manner is Manner.DRIP:
            return await self._drip(receive, send)
        for piece in self._pieces:
            if self._manner is Manner.RESET:
                # Ending before the announced length makes uvicorn drop the connection.
                await _send_piece(send, piece[: len(piece) // 2])
                return True
            await _send_piece(send, piece)
        await _send_piece(send, b"", is_last=True)
        return True

    async def _drip(self, receive: Receive, send: Send) -> bool:
        for byte in b"".join(self._pieces):
            await _send_piece(send, bytes((byte,)))
            if await is_gone_within(receive, DRIP_S):
                return False
        await _send_piece(send, b"", is_last=True)
        return True

    async def _send_closing(self, send: Send) -> None:
        if self._has_started:
            return
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await _send_piece(send, _CLOSING_BODY, is_last=True)


async def is_gone_within(receive: Receive, seconds: float | None) -> bool:
    """Wait, and return at once with True when the client closes; None waits for just that."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _send_piece(send: Send, body: bytes, is_last: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": not is_last})
