"""Reads the body of an answer as it comes, and tells tokens from signs of life."""

import re
from dataclasses import dataclass

import httpx2

from services.failure.error import StageError
from services.llm.arrival.answer_limit import EVENTS
from services.llm.arrival.patience import Watch

OPENING = re.compile(rb"\s*(?:data|event|id|retry|error)?:")
EVENT = re.compile(rb"^\s*(?:data:|\{)", re.MULTILINE)
SAID = re.compile(
    rb'"(?:content|reasoning_content|reasoning|thinking|arguments|text|refusal|response)"'
    rb'\s*:\s*"[^"]'
)
END = re.compile(rb'^\s*data:\s*\[DONE\]|"done"\s*:\s*true', re.MULTILINE)
FINISH = re.compile(rb'"(?:finish_?|stop_|done_)reason"\s*:\s*"', re.IGNORECASE)
TAIL_BYTES = 64
FINISH_BYTES = 4096


@dataclass(frozen=True)
class Arrived:
    """What came of an answer.

    Attributes:
        is_stream: Whether it came in pieces.
        waited_s: Until its first token, in seconds; None where no token was seen by itself.
        broke_off: Why it ends before its end, None where it does not.
    """

    content: bytes
    is_stream: bool = False
    waited_s: float | None = None
    broke_off: StageError | None = None


class BodyReader:
    """Reads one body.

    Attributes:
        response: Whose body it is.
        is_ended: Whether the stream has said that it is whole.
    """

    def __init__(self, response: httpx2.Response, watch: Watch) -> None:
        self.response = response
        self._watch = watch
        self._content = bytearray()
        self._has_begun = False
        self.is_stream = response.headers.get("content-type", "").lower().startswith(EVENTS)
        self.is_ended = False

    @property
    def has_tokens(self) -> bool:
        """Whether a part of the answer came."""
        return self._has_begun

    @property
    def has_content(self) -> bool:
        """Whether anything came."""
        return bool(self._content)

    @property
    def is_complete(self) -> bool:
        """Whether nothing says that more was to come: a stream says how it ends, or why."""
        tail = self._content[-FINISH_BYTES:]
        return not self.is_stream or self.is_ended or FINISH.search(tail) is not None

    async def read(self) -> None:
        """Read it to its end."""
        async for chunk in self.response.aiter_bytes():
            self._take(chunk)

    def sum_up(self, broke_off: StageError | None = None) -> Arrived:
        """What was read."""
        first_at = self._watch.first_at
        waited_s = None if first_at is None else first_at - self._watch.begun_at
        return Arrived(bytes(self._content), self.is_stream, waited_s, broke_off)

    def _take(self, chunk: bytes) -> None:
        seam = bytes(self._content[-TAIL_BYTES:])
        self._content += chunk
        if not self.is_stream and not seam and OPENING.match(chunk):
            # Some servers do not say that it is a stream.
            self.is_stream = True
        if not self.is_stream or self.is_ended:
            return
        if END.search(seam + chunk):
            self.is_ended = True
            self._watch.see_end()
        elif self._has_begun and EVENT.search(chunk):
            self._watch.see_token()
        elif SAID.search(seam + chunk):
            self._has_begun = True
            self._watch.see_token()
        else:
            self._watch.see_sign()
