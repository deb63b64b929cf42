"""What a page of an allowed origin may send here, and read of the answer."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

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


def allow_origins(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Put before an application what answers preflights, which come without a key.

    No cookie is ever asked for, so none is allowed: who asks is said by a header or a token.

    Args:
        origins: As browsers send them, or `*` for all; without any, no page of another one may
            read an answer.
    """
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=READ,
        max_age=KEPT_S,
    )
