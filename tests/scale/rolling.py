"""Restarts every process of a stack, one by one, while jobs are posted."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import httpx2

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from services.cli.supervisor.readiness import HttpProbe
from tests.crash.drill import STAGES, count
from tests.gateways import GatewayProcess, RoundRobin
from tests.pipeline.command import run_brainshare
from tests.scale.setup import Setup
from tests.scale.site import BODY, Site, running_site
from tests.scale.verdict import Restart, Rolled
from tests.stack import wait_until

SETUP = Setup(2, gateways=2)
RATE = 4.0
CLIENTS = 32
READY_S = 180.0
DRAIN_S = 300.0
HEADERS = {"Content-Type": "application/json"}
ACCEPTED = 202
IN_FLIGHT = "brainshare_llm_in_flight"


def roll(folder: Path, say: Callable[[str], None]) -> Rolled:
    """Restart everything once under a steady load, and count what became of the jobs.

    Raises:
        NoServerError: There is no PostgreSQL on this machine.
    """
    with running_site(folder, SETUP) as site:
        robin = site.robin
        assert robin is not None
        with _posting(robin) as posted:
            restarts = []
            for restart in _restart_all(site, robin):
                say(f"{restart.name}: ready again after {restart.took_s:.1f} s")
                restarts.append(restart)
        answers = [future.result() for future in posted]
        accepted = [answer for answer in answers if answer.status_code == ACCEPTED]
        with connect(site.stack.gateway_url) as gateway:
            wait_until(
                lambda: count(gateway, JobState.COMPLETED) >= len(accepted),
                DRAIN_S,
                f"{len(accepted)} jobs are completed; see {folder}",
            )
        refused = Counter(a.status_code for a in answers if a.status_code != ACCEPTED)
        repeated = site.demo.calls_begun - STAGES * len(accepted)
        completed = site.audit()["completed"]
    return Rolled(restarts, len(accepted), completed, repeated, dict(refused), robin.cut)


@contextmanager
def _posting(robin: RoundRobin) -> Iterator[list[Future[httpx2.Response]]]:
    """Post at a steady rate until the context is left; each post is patient and has a key."""
    ended, posted = Event(), list[Future[httpx2.Response]]()
    with ThreadPoolExecutor(CLIENTS) as pool:

        def tick() -> None:
            while not ended.wait(1 / RATE):
                posted.append(pool.submit(_post, robin))

        thread = Thread(target=tick)
        thread.start()
        try:
            yield posted
        finally:
            ended.set()
            thread.join()


def _post(robin: RoundRobin) -> httpx2.Response:
    headers = HEADERS | {"Idempotency-Key": str(uuid4())}
    return robin.ask("POST", "/v1/jobs", content=BODY, headers=headers)


def _restart_all(site: Site, robin: RoundRobin) -> Iterator[Restart]:
    """In the order of an upgrade: row, column, table, the gateways, and the broker."""
    for worker in reversed(site.agents):
        in_flight = round(site.read(worker).total(IN_FLIGHT))
        yield _restart_service(site, worker, in_flight)
    for gateway in robin.gateways:
        yield _restart_gateway(robin, gateway)
    yield _restart_service(site, "gateway", 0)
    yield _restart_service(site, "kafka", site.demo.stats["total"]["inFlight"])


def _restart_service(site: Site, name: str, in_flight: int) -> Restart:
    begun_at = time.monotonic()
    done = run_brainshare(
        "restart", name, "--data-dir", str(site.stack.data_dir), timeout_s=READY_S
    )
    assert done.returncode == 0, done.stderr.decode()
    wait_until(lambda: _is_ready(site), READY_S, f"all is ready after the restart of {name}")
    return Restart(name, in_flight, time.monotonic() - begun_at)


def _restart_gateway(robin: RoundRobin, gateway: GatewayProcess) -> Restart:
    """As a proxy sees it: told that it goes, then that it is ready again."""
    begun_at = time.monotonic()
    robin.take_out(gateway)
    status = gateway.end(signal.SIGTERM)
    assert status == 0, f"{gateway.name} ended with status {status}"
    gateway.start()
    wait_until(gateway.has_begun, READY_S, f"{gateway.name} is ready again")
    return Restart(gateway.name, 0, time.monotonic() - begun_at)


def _is_ready(site: Site) -> bool:
    """Asked by a bare probe: a client made for each question would take a core of what is timed."""
    names = [*site.agents, "gateway"]
    return all(_answers(HttpProbe(f"http://{site.stack.address(name)}/readyz")) for name in names)


def _answers(probe: HttpProbe) -> bool:
    return asyncio.run(probe.ask()).is_ready
