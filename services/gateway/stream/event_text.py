"""Server-sent events as bytes. Their data is JSON, which has no line ends of its own."""


def write_event(name: str, event_id: str, data: bytes) -> bytes:
    """An event."""
    return f"id: {event_id}\nevent: {name}\ndata: ".encode() + data + b"\n\n"


def write_control(name: str, data: bytes) -> bytes:
    """An event that is no fact: a client goes on after the last one that is."""
    return f"event: {name}\ndata: ".encode() + data + b"\n\n"


def write_retry(retry_ms: int, comment: str = "") -> bytes:
    """How long to wait before connecting again, in milliseconds."""
    said = f": {comment}\n" if comment else ""
    return f"{said}retry: {retry_ms}\n\n".encode()
