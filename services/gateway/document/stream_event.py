"""What a live stream is made of: its events by name, and the type of what each of them says."""

from typing import Any

STREAM_TYPE = "text/event-stream"
REF = "#/components/schemas/{}"

OF_JOB = {"history": "HistoryItem", "status": "JobStatus", "reset": "JobStatus"}
OF_ALL = {"ready": "Ready", "history": "HistoryItem", "status": "JobSummary", "reset": "JobPage"}
STREAMS = {"readEvents": ("JobEvent", OF_JOB), "readAllEvents": ("TenantEvent", OF_ALL)}
"""By operation: what one event is called, and what the data of each name is."""

FACT = "history"
"""Only facts have an id, from which to go on."""

READY = {
    "type": "object",
    "title": "Ready",
    "description": "Says nothing: that it arrives shows that nothing on the way holds it back.",
}


def describe_streams() -> dict[str, Any]:
    """The schemas of events, by their names."""
    described = {name: _describe(name, events) for name, events in STREAMS.values()}
    return described | {"Ready": READY}


def describe_stream(operation: str) -> dict[str, Any]:
    """What an operation streams: the schema is that of one event, as readers of 3.1 take it."""
    return {STREAM_TYPE: {"schema": {"$ref": REF.format(STREAMS[operation][0])}}}


def _describe(title: str, events: dict[str, str]) -> dict[str, Any]:
    description = (
        "One event of a live stream. `data` is JSON, of the type that `contentSchema` says."
    )
    shapes = [_describe_event(title, name, data) for name, data in events.items()]
    return {"title": title, "description": description, "oneOf": shapes}


def _describe_event(title: str, name: str, data: str) -> dict[str, Any]:
    content = {"contentMediaType": "application/json", "contentSchema": {"$ref": REF.format(data)}}
    has_id = {"id": {"type": "string"}} if name == FACT else {}
    return {
        "title": f"{title}{name.capitalize()}",
        "type": "object",
        "properties": {"event": {"const": name}, **has_id, "data": {"type": "string", **content}},
        "required": ["event", *has_id, "data"],
    }
