"""What a page of an allowed origin may send here, and read of the answer."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.api.problem import ProblemError, write_problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "X-Request-ID",
    "traceparent",
)
READ = (
    "Allow",
    "Content-Disposition",
    "ETag",
    "Idempotency-Key-Expires",
    "Link",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Brainshare-Engine",
    "X-Request-ID",
)
KEPT_S = 3600
"""For how long a browser may remember what it was allowed, in seconds."""


class Cors(CORSMiddleware):
    """Answers preflights, and says why not as every other refusal is said."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        is_asked = scope.get("method") == "OPTIONS" and "origin" in headers
        if is_asked and "access-control-request-method" in headers:
            answer = self.preflight_response(request_headers=headers)
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                answer = _tell_refusal(Request(scope), answer)
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _tell_refusal(request: Request, refused: Response) -> Response:
    """A problem with the headers of the refusal, which say what would be allowed."""
    why = bytes(refused.body).decode().removeprefix("Disallowed CORS ")
    detail = f"a page may not call this gateway so: its {why} is not allowed (GATEWAY_CORS_ORIGINS)"
    own = ("content-type", "content-length")
    headers = {name: text for name, text in refused.headers.items() if name not in own}
    problem = ProblemError(HTTPStatus.BAD_REQUEST, "preflight-refused", detail, headers=headers)
    return write_problem(request, problem)


def allow_origins(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Put before an application what answers preflights, which come without a key.

    The API takes no cookie, so none is allowed: who asks is said by a header or a token.

    Args:
        origins: As browsers send them, or `*` for all; without any, no page of another one may
            read an answer.
    """
    if not origins:
        return app
    return Cors(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=READ,
        max_age=KEPT_S,
    )
