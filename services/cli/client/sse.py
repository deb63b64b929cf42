"""Reads server-sent events, after the HTML standard's event stream format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerEvent:
    """One event. id is "" when the server gave none."""

    name: str
    data: str
    id: str


def read_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """Read events from the lines of a stream; comments and events without data are left out."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
            continue
        if "data" in fields:
            yield _event(fields)
        fields = {}


def _event(fields: dict[str, list[str]]) -> ServerEvent:
    last = {name: values[-1] for name, values in fields.items()}
    return ServerEvent(last.get("event", "message"), "\n".join(fields["data"]), last.get("id", ""))
