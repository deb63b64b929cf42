"""W3C trace context as one text: read from what anybody may have sent, and written anew."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

TRACEPARENT = "traceparent"
"""The name of the header, in HTTP and in Kafka."""

SAMPLED, RANDOM = 1, 2
_FORM = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?",
    re.DOTALL,
)
FIRST_VERSION = "00"


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A span of a trace, ours or another's, in lower-case hex."""

    trace_id: str
    span_id: str
    flags: int = SAMPLED

    def __str__(self) -> str:
        """The context as a `traceparent` says it."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"


def read_traceparent(text: str | None) -> TraceContext | None:
    """The context that a text names; None where it names none, as W3C has it.

    Of a version after ours, what ours has is read, and no more.
    """
    found = _FORM.fullmatch((text or "").strip())
    if found is None:
        return None
    version, trace_id, span_id, flags, later = found.groups()
    if version == FIRST_VERSION and later is not None:
        return None
    return TraceContext(trace_id, span_id, int(flags, 16) & (SAMPLED | RANDOM))


def find_context(headers: Iterable[tuple[str, bytes | None]]) -> TraceContext | None:
    """The context in a record's headers; of a repeated one the last counts, as everywhere."""
    given = [value for name, value in headers if name == TRACEPARENT and value]
    return read_traceparent(given[-1].decode("latin-1")) if given else None


def make_exemplar(context: TraceContext | None) -> dict[str, str] | None:
    """What leads from a dot of a dashboard to a trace; None where nobody keeps one."""
    if context is None or not context.flags & SAMPLED:
        return None
    return {"trace_id": context.trace_id}


def continue_trace(given: TraceContext | None) -> TraceContext:
    """A new span in the given trace, or in a new trace where none is given."""
    if given is None:
        return TraceContext(secrets.token_hex(16), secrets.token_hex(8))
    return TraceContext(given.trace_id, secrets.token_hex(8), given.flags)
