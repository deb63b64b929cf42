"""What Sentry is told of an error, over its real protocol, and what it is not told."""

import gzip
import logging
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import sentry_sdk
import structlog
from pydantic import SecretStr

from services.telemetry import log
from services.telemetry.error_report import ReporterError, ReportSettings, report_errors
from services.telemetry.log import configure_logging, get_log

CELL = "a cell of somebody's table"


class Receiver(ThreadingHTTPServer):
    """Takes envelopes as Sentry does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[str] = []

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_port}/1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_zipped = self.headers.get("Content-Encoding") == "gzip"
        self.server.taken.append((gzip.decompress(body) if is_zipped else body).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(log, "_TAPS", [])
    with Receiver() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        configure_logging("row-agent")
        yield server
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(None)
        server.shutdown()
    structlog.contextvars.clear_contextvars()
    logging.basicConfig(force=True, handlers=[logging.NullHandler()])


def report(receiver: Receiver) -> None:
    report_errors(ReportSettings(dsn=SecretStr(receiver.dsn), environment="test"), "row-agent")


def test_an_error_is_sent_with_its_type_place_and_job_and_without_values(
    receiver: Receiver,
) -> None:
    report(receiver)
    cell = CELL
    try:
        int(cell)
    except ValueError:
        get_log().exception("own_code_failed", job_id="0b5d4e1e", trace_id="4bf92f35", cell=cell)
    sentry_sdk.flush(10)
    (told,) = receiver.taken
    for part in ("own_code_failed", "ValueError", "test_error_report.py", "row-agent"):
        assert part in told
    assert "0b5d4e1e" in told
    assert "4bf92f35" in told
    assert "brainshare@" in told
    assert '"environment":"test"' in told.replace('": "', '":"')
    assert CELL not in told


def test_what_is_no_error_is_not_sent(receiver: Receiver) -> None:
    report(receiver)
    get_log().warning("retry_scheduled")
    sentry_sdk.flush(10)
    assert receiver.taken == []


def test_without_an_address_nothing_is_looked_at(receiver: Receiver) -> None:
    report_errors(ReportSettings(), "row-agent")
    assert log._TAPS == []


@pytest.mark.parametrize("dsn", ["sentry.example", "http://127.0.0.1/1", "x://k@h/1"])
def test_an_address_that_is_none_is_refused(receiver: Receiver, dsn: str) -> None:
    with pytest.raises(ReporterError, match="SENTRY_DSN"):
        report_errors(ReportSettings(dsn=SecretStr(dsn)), "row-agent")


def test_a_missing_library_is_named_with_what_installs_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ReporterError, match=r"brainshare\[sentry\]"):
        report(receiver)
