"""Receives one answer: opens it, reads it while it comes, and ends the wait when that is due."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.arrival.patience import Patience, Watch
from services.llm.arrival.pulse import Pulse
from services.llm.arrival.reading import Arrived, BodyReader

Explain = Callable[[httpx2.HTTPError], StageError]


async def receive(
    opening: AbstractAsyncContextManager[httpx2.Response],
    patience: Patience,
    pulse: Pulse,
    explain: Explain,
) -> tuple[httpx2.Response, Arrived]:
    """Read the answer that is opened. Cancelling it closes the connection.

    Args:
        explain: Says what an error within the answer means.

    Raises:
        StageError: It broke off, or was given up on, before anything of it came.
    """
    watch, reader = Watch(patience, pulse), None
    try:
        async with watch, opening as response:
            reader = BodyReader(response, watch)
            await reader.read()
    except TimeoutError as error:
        return _give_up(reader, watch.tell(), error)
    except httpx2.HTTPError as error:
        is_short = isinstance(error, httpx2.ReadError | httpx2.RemoteProtocolError)
        if is_short and reader is not None and not reader.is_stream and reader.has_content:
            # A length that lies, or a last chunk that never came: all of it may be there.
            return reader.response, reader.sum_up(explain(error))
        return _give_up(reader, explain(error), error)
    pulse.serve(watch.begun_at)
    return reader.response, reader.sum_up(None if reader.is_complete else _cut_short())


def _cut_short() -> StageError:
    message = "the model server's answer ended before it was whole"
    return ProviderError(message, failure=Failure.DROPPED, code="cut-short")


def _give_up(
    reader: BodyReader | None, why: StageError, cause: Exception
) -> tuple[httpx2.Response, Arrived]:
    """What came of an answer that broke off: it may hold all that was asked for."""
    if reader is not None and (reader.is_ended or reader.has_tokens):
        why.__cause__ = cause
        return reader.response, reader.sum_up(None if reader.is_ended else why)
    raise why from cause
