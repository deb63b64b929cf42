"""A command's client of a gateway that cannot give all that is asked of it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from schemas.api.problem import Problem
from schemas.api.status import HistoryPage, JobPage, JobState, JobStatus, Links
from services.cli.client.command_client import connect
from services.cli.client.following import follow
from services.cli.client.readiness import read_readiness
from services.cli.terminal.error import RequestRefused
from tests.unit.gateway.example import JOB_ID, NOW

LINKS = Links(status="", events="", cancel="")


def make_status(state: JobState, version: int = 1) -> bytes:
    return JobStatus(
        job_id=JOB_ID,
        table_id="t",
        title="",
        status=state,
        progress=0,
        accepted_at=NOW,
        started_at=None,
        completed_at=None,
        error=None,
        stages=(),
        version=version,
        links=LINKS,
        result=None,
    ).to_json()


class BusyGateway(BaseHTTPRequestHandler):
    """Has no stream to give; the job has ended when it is asked for the second time."""

    asked = 0

    def do_GET(self) -> None:
        is_stream = self.headers["Accept"] == "text/event-stream"
        is_history = self.path.endswith("/events")
        type(self).asked += not is_history
        state = JobState.RUNNING if self.asked < 2 else JobState.COMPLETED
        history = HistoryPage(job_id=JOB_ID, events=()).to_json()
        body = history if is_history else make_status(state, self.asked)
        self.send_response(503 if is_stream else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def busy_url() -> Iterator[str]:
    BusyGateway.asked = 0
    yield from serve(BusyGateway)


def serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Let a handler answer at the address that comes out."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_job_is_followed_by_asking_while_no_stream_is_to_be_had(busy_url: str) -> None:
    with connect(busy_url) as gateway:
        states = [summary.status for summary in follow(gateway, str(JOB_ID))]
    assert states == [JobState.RUNNING, JobState.COMPLETED]


READY = b'{"ready":true,"projectorLag":0}'


class KeyedGateway(BaseHTTPRequestHandler):
    """Answers who sends the key, and tells others how."""

    def do_GET(self) -> None:
        is_known = self.headers.get("Authorization") == "Bearer bsk_a"
        problem = Problem(type="", title="", status=401, detail="a key", instance="", request_id="")
        page = JobPage(jobs=(), next=None).to_json()
        there = READY if self.path == "/readyz" else page
        body = there if is_known else problem.to_json()
        self.send_response(200 if is_known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def keyed_url() -> Iterator[str]:
    yield from serve(KeyedGateway)


def test_every_command_sends_the_key_of_the_settings(
    keyed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAINSHARE_API_KEY", " bsk_a\n")
    with connect(keyed_url) as gateway:
        assert gateway.jobs.page().jobs == ()
        assert read_readiness(gateway)[0]


def test_who_sends_none_is_told_where_it_goes(keyed_url: str) -> None:
    with connect(keyed_url) as gateway:
        with pytest.raises(RequestRefused, match="401: a key; commands send the key in BRAINSHARE"):
            gateway.jobs.page()
        is_ready, why = read_readiness(gateway)
    assert (is_ready, "BRAINSHARE_API_KEY" in why) == (False, True)
