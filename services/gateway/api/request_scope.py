"""The outermost layer: gives each request its ids, returns them, and measures it."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.api.request_info import SCOPE_KEY, read_request_info
from services.telemetry.log import get_log
from services.telemetry.metric import HTTP_REQUEST_DURATION

NO_ROUTE = "none"
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
        answer = _Answer(scope, send)
        begun = perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            # The application has answered 500 by now: this is the one line that says why.
            log.exception("request_failed", request_id=answer.request_id)
        finally:
            answer.observe(perf_counter() - begun)


class _Answer:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._status = 500
        self._is_stream = False
        info = scope[SCOPE_KEY] = read_request_info(scope)
        self.request_id = info.request_id
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
        if self._is_stream:
            return
        route = getattr(self._scope.get("route"), "path", NO_ROUTE)
        labels = (self._scope["method"], route, str(self._status))
        HTTP_REQUEST_DURATION.labels(*labels).observe(duration_s)
