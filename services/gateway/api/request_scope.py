"""The outermost layer: gives each request its ids, returns them, and measures it.

Requests are counted by area, not by route: there are a hundred routes, and each would come with a
series for each method, status and edge. The span and the log line name the route.
"""

from enum import StrEnum
from http import HTTPStatus
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.api.request_info import SCOPE_KEY, RequestInfo, trace_request
from services.telemetry.log import bind_to_log, get_log
from services.telemetry.metric import HTTP_REQUEST_DURATION, HTTP_REQUESTS, show_requests
from services.telemetry.trace import attribute
from services.telemetry.trace.span import Span

NO_ROUTE = "none"


class Area(StrEnum):
    """What a route is for, as its requests are counted."""

    ACCEPT = "accept"
    """New jobs: what clients wait for."""
    JOBS = "jobs"
    FAILURES = "failures"
    BULK = "bulk"
    TENANTS = "tenants"
    CONSOLE = "console"
    PROBES = "probes"
    OTHER = "other"
    """What is the same for everybody, and what there is no route for."""


OF_METHOD = {
    ("POST", "/v1/jobs"): Area.ACCEPT,
    ("POST", "/v1/jobs/batch"): Area.ACCEPT,
}
OF_BEGINNING = {
    "/v1/jobs": Area.JOBS,
    "/v1/events": Area.JOBS,
    "/v1/stream-tokens": Area.JOBS,
    "/v1/dead-letters": Area.FAILURES,
    "/v1/errors": Area.FAILURES,
    "/v1/bulk-actions": Area.BULK,
    "/v1/replays": Area.BULK,
    "/v1/keys": Area.TENANTS,
    "/v1/acts": Area.TENANTS,
    "/v1/tenant-limits": Area.TENANTS,
    "/v1/webhooks": Area.TENANTS,
    "/console": Area.CONSOLE,
    "/healthz": Area.PROBES,
    "/readyz": Area.PROBES,
    "/metrics": Area.PROBES,
}
"""Of the paths that begin so; a test holds that every route of the API has one."""


class Ending(StrEnum):
    """What came of a request."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


STREAM_CONTENT_TYPE = b"text/event-stream"

log = get_log()


class RequestScope:
    """ASGI middleware around the whole application, error pages included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        show_requests(Area, Ending)

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
                log.exception("request_failed", request_id=info.request_id, route=find_route(scope))
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
        route = find_route(self._scope)
        self._tell(route)
        if self._is_stream:
            return
        area = find_area(self._scope["method"], route)
        HTTP_REQUESTS.labels(area, find_ending(self._status)).inc()
        HTTP_REQUEST_DURATION.labels(area).observe(duration_s)

    def _tell(self, route: str) -> None:
        self._span.rename(f"{self._scope['method']} {route}")
        self._span.tell({attribute.ROUTE: route, attribute.STATUS: self._status})
        if self._status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._span.fail(str(self._status))


def find_route(scope: Scope) -> str:
    """The template of the path by which a request was routed; "none" where it was not."""
    return getattr(scope.get("route"), "path", NO_ROUTE)


def find_area(method: str, route: str) -> Area:
    """Where a request is counted.

    Args:
        route: The template of its path, or "none".
    """
    if area := OF_METHOD.get((method, route)):
        return area
    # /v1/jobs of /v1/jobs/{job_id}, /console of /console/jobs.
    parts = route.split("/")
    beginning = "/".join(parts[: 3 if parts[1:2] == ["v1"] else 2])
    return OF_BEGINNING.get(beginning, Area.OTHER)


def find_ending(status: int) -> Ending:
    """What came of a request, by the status of its answer."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Ending.FAILED
    return Ending.REFUSED if status >= HTTPStatus.BAD_REQUEST else Ending.ANSWERED
