"""Reads server-sent events, after the HTML standard's event stream format."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ServerEvent:
    """One event. id is "" when the server gave none."""

    name: str
    data: str
    id: str


@dataclass
class EventParser:
    """Makes events of the bytes of a stream, however they are cut.

    Lines end with LF, as our gateway writes them: what else ends lines somewhere may be data.

    Attributes:
        retry_s: How long to wait before connecting again, as the server has said it; None: not yet.
        has_read: Whether there was any event.
    """

    retry_s: float | None = None
    has_read: bool = False
    _rest: bytes = b""
    _fields: dict[str, list[str]] = field(default_factory=dict)

    def read(self, chunk: bytes) -> Iterator[ServerEvent]:
        """The events that are whole now; comments and events without data are left out."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            event = self._read_line(line.removesuffix(b"\r").decode(errors="replace"))
            if event is not None:
                self.has_read = True
                yield event

    def _read_line(self, line: str) -> ServerEvent | None:
        if line.startswith(":"):
            return None
        if line:
            name, _, value = line.partition(":")
            self._fields.setdefault(name, []).append(value.removeprefix(" "))
            return None
        fields, self._fields = self._fields, {}
        last = {name: values[-1] for name, values in fields.items()}
        if last.get("retry", "").isdecimal():
            self.retry_s = int(last["retry"]) / 1000
        if "data" not in fields:
            return None
        name, said = last.get("event", "message"), "\n".join(fields["data"])
        return ServerEvent(name, said, last.get("id", ""))
