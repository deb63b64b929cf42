"""A receiver of OTLP over HTTP, as a collector is one: it decodes what it is sent."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

FAILED = 2
KINDS = ("", "internal", "server", "client", "producer", "consumer")


@dataclass(frozen=True)
class ReceivedSpan:
    """A span as it came over the wire.

    Attributes:
        links: The spans that led to it, as (trace, span, why).
        resource: What is said of its process.
    """

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    told: dict[str, Any]
    links: tuple[tuple[str, str, str], ...]
    has_failed: bool
    message: str
    events: int
    resource: dict[str, Any]


@dataclass
class Taken:
    """What was received.

    Attributes:
        status: What is answered.
        headers: Those of each request.
        raw: All that came, unpacked.
    """

    url: str
    status: int = 200
    spans: list[ReceivedSpan] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: bytes = b""

    def named(self, name: str, parent_id: str | None = None) -> ReceivedSpan:
        """The one span of a name, below another where that is given."""
        parents = {span.parent_id for span in self.spans} if parent_id is None else {parent_id}
        [span] = [s for s in self.spans if s.name == name and s.parent_id in parents]
        return span


class _Server(ThreadingHTTPServer):
    taken: Taken


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        taken, body = self.server.taken, self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        is_right = self.path == "/v1/traces"
        is_right = is_right and self.headers["Content-Type"] == "application/x-protobuf"
        status = taken.status if is_right else 404
        if status == 200:
            taken.raw += body
            taken.headers.append({name.lower(): value for name, value in self.headers.items()})
            taken.spans += _read(body)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def receive_traces() -> Iterator[Taken]:
    """Listen on a free port while the block runs."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.taken = Taken(f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.taken
        finally:
            server.shutdown()


def _read(body: bytes) -> Iterator[ReceivedSpan]:
    for of_process in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = _told(of_process.resource.attributes)
        for scope in of_process.scope_spans:
            yield from (_read_span(span, resource) for span in scope.spans)


def _read_span(span: Any, resource: dict[str, Any]) -> ReceivedSpan:
    links = [(x.trace_id.hex(), x.span_id.hex(), _told(x.attributes)) for x in span.links]
    return ReceivedSpan(
        span.name,
        KINDS[span.kind],
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        _told(span.attributes),
        tuple((trace_id, span_id, told["app.link"]) for trace_id, span_id, told in links),
        span.status.code == FAILED,
        span.status.message,
        len(span.events),
        resource,
    )


def _told(attributes: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind)
