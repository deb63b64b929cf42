"""The outermost layer: gives each request its ids, returns them, and measures it."""

from http import HTTPStatus
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.api.request_info import SCOPE_KEY, RequestInfo, trace_request
from services.telemetry.log import bind_to_log, get_log
from services.telemetry.metric import HTTP_REQUEST_DURATION
from services.telemetry.trace import attribute
from services.telemetry.trace.span import Span

NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""A client may call its method what it likes, and each name would be a series of its own."""

STREAM_CONTENT_TYPE = b"text/event-stream"

log = get_log()


class RequestScope:
    """ASGI middleware around the whole application, error pages included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with trace_request(scope) as (info, span):
            scope[SCOPE_KEY] = info
            bind_to_log(trace_id=info.traceparent.split("-")[1])
            answer = _Answer(scope, send, info, span)
            begun = perf_counter()
            try:
                await self._app(scope, receive, answer.send)
            except Exception as error:
                # The application has answered 500 by now: this is the one line that says why.
                log.exception("request_failed", request_id=info.request_id)
                span.fail(type(error).__name__)
            finally:
                answer.observe(perf_counter() - begun)


class _Answer:
    def __init__(self, scope: Scope, send: Send, info: RequestInfo, span: Span) -> None:
        self._scope = scope
        self._send = send
        self._span = span
        self._status = 500
        self._is_stream = False
        self._headers = [
            (b"x-request-id", info.request_id.encode()),
            (b"traceparent", info.traceparent.encode()),
        ]

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = [*message.get("headers", ()), *self._headers]
            self._is_stream = any(value.startswith(STREAM_CONTENT_TYPE) for _, value in headers)
            message = {**message, "headers": headers}
        await self._send(message)

    def observe(self, duration_s: float) -> None:
        route = getattr(self._scope.get("route"), "path", NO_ROUTE)
        self._tell(route)
        if self._is_stream:
            return
        method = self._scope["method"]
        labels = (method if method in METHODS else OTHER, route, str(self._status))
        HTTP_REQUEST_DURATION.labels(*labels).observe(duration_s)

    def _tell(self, route: str) -> None:
        self._span.rename(f"{self._scope['method']} {route}")
        self._span.tell({attribute.ROUTE: route, attribute.STATUS: self._status})
        if self._status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._span.fail(str(self._status))
