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

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from services.cli.supervisor.readiness import HttpProbe
from tests.crash.drill import STAGES, count
from tests.gateways import GatewayProcess, RoundRobin
from tests.operation.load import pause
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
PATIENCE_S = 180.0
AGAIN_S = 1.0
HEADERS = {"Content-Type": "application/json"}
ACCEPTED, UNAVAILABLE = 202, 503
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
        refused = Counter(statuses[-1] for statuses in answers)
        accepted = refused.pop(ACCEPTED, 0)
        with connect(site.stack.gateway_url) as gateway:
            wait_until(
                lambda: count(gateway, JobState.COMPLETED) >= accepted,
                DRAIN_S,
                f"{accepted} jobs are completed; see {folder}",
            )
        repeated = site.demo.calls_begun - STAGES * accepted
        completed = site.audit()["completed"]
    put_off = sum(len(statuses) - 1 for statuses in answers)
    return Rolled(restarts, accepted, completed, repeated, dict(refused), robin.cut, put_off)


@contextmanager
def _posting(robin: RoundRobin) -> Iterator[list[Future[list[int]]]]:
    """Post at a steady rate until the context is left; each post is patient and has a key."""
    ended, given_up, posted = Event(), Event(), list[Future[list[int]]]()
    with ThreadPoolExecutor(CLIENTS) as pool:

        def tick() -> None:
            while not ended.wait(1 / RATE):
                posted.append(pool.submit(_post, robin, given_up))

        thread = Thread(target=tick)
        thread.start()
        try:
            yield posted
        except BaseException:
            given_up.set()  # else the end would wait for all posts, as long as they are patient
            raise
        finally:
            ended.set()
            thread.join()


def _post(robin: RoundRobin, given_up: Event) -> list[int]:
    """Post a job until it is answered for good, and give the status of each answer."""
    headers = HEADERS | {"Idempotency-Key": str(uuid4())}
    gives_up_at, statuses = time.monotonic() + PATIENCE_S, list[int]()
    while not given_up.is_set() and (not statuses or statuses[-1] == UNAVAILABLE):
        if time.monotonic() > gives_up_at:
            break
        if statuses:
            pause(AGAIN_S)
        answer = robin.ask("POST", "/v1/jobs", content=BODY, headers=headers)
        statuses.append(answer.status_code)
    return statuses


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
