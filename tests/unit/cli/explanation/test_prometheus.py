"""The three sentences are the same from a Prometheus as from the processes themselves."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.cli.explanation.explanation import explain
from services.cli.explanation.metrics import parse_metrics
from services.cli.explanation.prometheus import QUERY, PrometheusError, read_prometheus, see
from tests.unit.cli.explanation.sighted import CASES, GATEWAY, NOW, WORKER, put
from tests.unit.cli.explanation.sighted import see as see_processes

OF_GATEWAY = {"job": "brainshare-gateway", "instance": "gateway"}
OF_WORKER = {"job": "brainshare-agent", "instance": "row-agent"}


def scraped(text: str, of: dict[str, str]) -> list[dict[str, Any]]:
    """What a process exports, as an instant query answers it."""
    found = [
        {"metric": {"__name__": name} | labels | of, "value": [NOW, str(value)]}
        for name, samples in parse_metrics(text).samples.items()
        for labels, value in samples
    ]
    return [*found, up(of, 1)]


def up(of: dict[str, str], value: int) -> dict[str, Any]:
    return {"metric": {"__name__": "up", **of}, "value": [NOW, str(value)]}


@pytest.mark.parametrize(("alert", "says", "gateway", "worker"), CASES)
def test_a_cause_is_told_as_the_processes_themselves_would_tell_it(
    alert: str, says: str, gateway: str | None, worker: str | None
) -> None:
    samples = [
        *([up(OF_GATEWAY, 0)] if gateway is None else scraped(put(GATEWAY, gateway), OF_GATEWAY)),
        *([up(OF_WORKER, 0)] if worker is None else scraped(put(WORKER, worker), OF_WORKER)),
    ]
    told, directly = explain(see(samples)), see_processes(gateway, worker)
    assert f"docs/runbook.md, {alert}" in told[1]
    assert says in told[1]
    if gateway is not None and worker is not None:
        assert told == directly


def test_of_several_gateways_one_that_answers_is_enough() -> None:
    other = {"job": "brainshare-gateway", "instance": "gateway-2"}
    worker = scraped(WORKER, OF_WORKER)
    told = {"__name__": "brainshare_spend_usd", "since": "day"}
    unknown = {"metric": {**told, **other}, "value": [NOW, "NaN"]}
    both = [unknown, up(other, 1), *scraped(GATEWAY, OF_GATEWAY), *worker]
    assert explain(see(both)) == see_processes()
    one = [up(other, 0), *scraped(GATEWAY, OF_GATEWAY), *worker]
    assert explain(see(one)) == see_processes()


def test_what_no_command_of_ours_can_read_is_not_offered() -> None:
    told = explain(see([up(OF_GATEWAY, 0), up(OF_WORKER, 0)]))
    assert told[0] == "Nobody is served: no gateway answers Prometheus."
    assert "brainshare logs" not in told[1]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        is_ours = asked.path == "/api/v1/query" and parse_qs(asked.query) == {"query": [QUERY]}
        known = [*scraped(GATEWAY, OF_GATEWAY), *scraped(WORKER, OF_WORKER)] if is_ours else []
        body = json.dumps({"status": "success", "data": {"result": known}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_it_is_asked_once_for_all(url: str) -> None:
    assert explain(read_prometheus(url)) == see_processes()


def test_one_that_scrapes_nothing_of_ours_is_told_so(url: str) -> None:
    with pytest.raises(PrometheusError, match="scrapes no job brainshare-gateway"):
        read_prometheus(f"{url}/of-others")


def test_none_that_answers_is_told_with_its_address() -> None:
    with pytest.raises(PrometheusError, match=r"no Prometheus answers at http://127\.0\.0\.1:9:"):
        read_prometheus("http://127.0.0.1:9")
