"""Health and metrics of a stage over HTTP, from a thread of its own: a busy loop cannot answer."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from services.telemetry.metric import render_metrics

HEARTBEAT_LIMIT_S = 15.0

Check = Callable[[], tuple[bool, dict[str, object]]]


class HealthRequestHandler(BaseHTTPRequestHandler):
    """Answers GET /healthz, /readyz and /metrics."""

    checks: ClassVar[dict[str, Check]] = {}

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path == "/metrics":
            body, content_type = render_metrics(self.headers.get("Accept", ""))
            self._answer(200, body, content_type)
        elif self.path in self.checks:
            is_good, detail = self.checks[self.path]()
            self._answer(200 if is_good else 503, json.dumps(detail).encode(), "application/json")
        else:
            self._answer(404, b'{"detail": "not found"}', "application/json")

    def log_message(self, format: str, *args: object) -> None:
        """Keep probes out of the log."""

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve_health(host: str, port: int, alive: Check, ready: Check) -> Iterator[None]:
    """Serve until the block ends. Port 0 serves nothing."""
    if port == 0:
        yield
        return
    handler = type(
        "StageHealthRequestHandler",
        (HealthRequestHandler,),
        {"checks": {"/healthz": alive, "/readyz": ready}},
    )
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(1.0,), daemon=True, name="health").start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
