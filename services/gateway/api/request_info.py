"""What is known of an HTTP request beside its content: its id and its trace."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from starlette.types import Scope

from services.telemetry.trace import attribute
from services.telemetry.trace.span import NO_SPAN, Kind, Link, Span, open_span
from services.telemetry.trace.traceparent import continue_trace, read_traceparent

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
SCOPE_KEY = "brainshare.request"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They cause nothing, and there are many: their trace is not ours to keep."""


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """The ids of a request.

    Attributes:
        traceparent: W3C trace context of what this request causes: the client's trace, own span.
    """

    request_id: str
    traceparent: str


BY_ITSELF = RequestInfo(request_id="", traceparent="")
"""Of what no request has asked for."""


@contextmanager
def trace_request(scope: Scope) -> Iterator[tuple[RequestInfo, Span]]:
    """Take the ids that a client gives where they are sound, else make new ones.

    What may cause something has a span, which ends with the block.
    """
    given = {name: value for name, value in scope["headers"] if name in _WANTED}
    request_id = given.get(b"x-request-id", b"").decode("latin-1").strip()
    request_id = request_id if REQUEST_ID.fullmatch(request_id) else uuid4().hex
    context = read_traceparent(given.get(b"traceparent", b"").decode("latin-1"))
    if scope["method"] in READS:
        yield RequestInfo(request_id, str(continue_trace(context))), NO_SPAN
        return
    told = {attribute.METHOD: scope["method"], attribute.REQUEST_ID: request_id}
    with open_span(scope["method"], Kind.SERVER, told, context) as span:
        yield RequestInfo(request_id, str(span.context or continue_trace(context))), span


@contextmanager
def trace_apart(name: str, info: RequestInfo = BY_ITSELF) -> Iterator[RequestInfo]:
    """The ids of one of many things that a request asks for, or of what nobody asks for.

    Its trace is its own, with a link to the request's: one of thousands of jobs shows nothing.
    """
    asked = read_traceparent(info.traceparent)
    link = Link(asked, "batch") if asked else None
    with open_span(name, Kind.INTERNAL, {}, None, link) as span:
        context = span.context or asked or continue_trace(None)
        yield replace(info, traceparent=str(context))


def info_of(scope: Scope) -> RequestInfo:
    """The ids that the outermost layer has put into the scope."""
    info: RequestInfo = scope[SCOPE_KEY]
    return info


_WANTED = frozenset({b"x-request-id", b"traceparent"})
