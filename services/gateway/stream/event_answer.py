"""How a live stream is answered: with a heartbeat, and for as long as somebody takes it."""

from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.api.answer import JSON_TYPE
from services.gateway.api.negotiation import is_preferred
from services.gateway.api.problem import refuse_when_busy
from services.gateway.stream.change_notifier import ChangeNotifier
from services.telemetry.metric import HTTP_REFUSED

STREAM_TYPE = "text/event-stream"
WHETHER = "Whether to have a live stream, whatever `Accept` says."
NOT_KEPT = {"Cache-Control": "no-cache"}
HEARTBEAT_S = 15
SEND_S = 60.0
"""A client that takes nothing for so long is gone, or holds what was rendered for nothing."""


def wants_stream(request: Request, asked: bool) -> bool:
    """Whether a live stream is wanted and no page: the parameter says it, or else the header.

    Args:
        asked: The value of `stream`.
    """
    if "stream" in request.query_params:
        return asked
    return is_preferred(",".join(request.headers.getlist("accept")), STREAM_TYPE, JSON_TYPE)


def refuse_beyond(notifier: ChangeNotifier, most_streams: int) -> None:
    """Take no more streams than may be.

    Raises:
        ProblemError: 503.
    """
    if notifier.watchers >= most_streams:
        HTTP_REFUSED.labels("streams").inc()
        raise refuse_when_busy(f"{most_streams} live streams are open")


def answer_stream(events: AsyncIterator[bytes]) -> Response:
    """Answer with events as they come."""
    return EventSourceResponse(
        events,
        headers=NOT_KEPT,
        ping=HEARTBEAT_S,
        ping_message_factory=_write_heartbeat,
        send_timeout=SEND_S,
    )


def _write_heartbeat() -> ServerSentEvent:
    return ServerSentEvent(comment="heartbeat", sep="\n")
