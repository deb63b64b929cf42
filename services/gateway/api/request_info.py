"""What is known of an HTTP request beside its content: its id and its trace."""

import re
import secrets
from dataclasses import dataclass
from uuid import uuid4

from starlette.types import Scope

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
SCOPE_KEY = "brainshare.request"


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """The ids of a request.

    Attributes:
        traceparent: W3C trace context of what this request causes: the client's trace, own span.
    """

    request_id: str
    traceparent: str


def read_request_info(scope: Scope) -> RequestInfo:
    """Take the ids that a client gives where they are sound, else make new ones."""
    given = {name: value for name, value in scope["headers"] if name in _WANTED}
    request_id = given.get(b"x-request-id", b"").decode("latin-1").strip()
    return RequestInfo(
        request_id if REQUEST_ID.fullmatch(request_id) else uuid4().hex,
        continue_trace(given.get(b"traceparent", b"").decode("latin-1")),
    )


def continue_trace(traceparent: str) -> str:
    """A new span in the given trace, or in a new trace where none is given."""
    match = TRACEPARENT.fullmatch(traceparent.strip())
    trace_id, flags = match.groups() if match else (secrets.token_hex(16), "01")
    return f"00-{trace_id}-{secrets.token_hex(8)}-{flags}"


def info_of(scope: Scope) -> RequestInfo:
    """The ids that the outermost layer has put into the scope."""
    info: RequestInfo = scope[SCOPE_KEY]
    return info


_WANTED = frozenset({b"x-request-id", b"traceparent"})
