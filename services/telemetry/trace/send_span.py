"""The span of a record that is published, from its sending to the broker's ack."""

from contextlib import AbstractContextManager

from services.telemetry.trace import attribute
from services.telemetry.trace.span import (
    CURRENT,
    NO_SPAN,
    Kind,
    Link,
    Parent,
    Span,
    is_traced,
    open_span,
)


def open_send_span(
    topic: str, key: bytes, parent: Parent = CURRENT, link: Link | None = None
) -> AbstractContextManager[Span]:
    """Open the span of sending a record to a topic. It is then what the record is to carry."""
    if not is_traced():
        return NO_SPAN
    told = {
        attribute.JOB_ID: key.decode(errors="replace"),
        attribute.SYSTEM: attribute.KAFKA,
        attribute.OPERATION: "send",
        attribute.OPERATION_TYPE: "send",
        attribute.TOPIC: topic,
    }
    return open_span(f"send {topic}", Kind.PRODUCER, told, parent, link)
