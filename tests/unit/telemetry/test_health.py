"""What a stage answers over HTTP."""

import json
import urllib.error
import urllib.request

import pytest

from services.cli.supervisor.port import PortPicker
from services.telemetry.health import serve_health
from services.telemetry.metric import STAGE_DURATION

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/healthz", 200, {"age": 1}),
        ("/readyz", 503, {"partitions": []}),
        ("/nothing", 404, {"detail": "not found"}),
    ],
)
def test_a_check_answers_with_its_status_and_detail(
    path: str, status: int, body: dict[str, object]
) -> None:
    port = PortPicker().pick()
    with serve_health(
        "127.0.0.1", port, lambda: (True, {"age": 1}), lambda: (False, {"partitions": []})
    ):
        answer = get(port, path)
    assert (answer[0], json.loads(answer[1])) == (status, body)


def test_prometheus_gets_the_dots_and_others_plain_text() -> None:
    STAGE_DURATION.labels("table").observe(0.2, {"trace_id": TRACE})
    port = PortPicker().pick()
    with serve_health("127.0.0.1", port, lambda: (True, {}), lambda: (True, {})):
        for accept, kind, has_dots in (
            ("application/openmetrics-text;version=1.0.0,*/*;q=0.1", "application/openm", True),
            ("*/*", "text/plain", False),
        ):
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/metrics", headers={"Accept": accept}
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:
                assert answer.headers["Content-Type"].startswith(kind)
                assert (TRACE.encode() in answer.read()) is has_dots


def test_metrics_are_served() -> None:
    port = PortPicker().pick()
    with serve_health("127.0.0.1", port, lambda: (True, {}), lambda: (True, {})):
        status, body = get(port, "/metrics")
    assert status == 200
    assert b"brainshare_stage_processed_total" in body
