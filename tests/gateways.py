"""Several gateways on one PostgreSQL, and a client before them that takes them in turn."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import HOST, PortPicker
from tests.stack import NO_CANARY, ROOT, RunningStack, wait_until

START_S = 120.0
STOP_S = 60.0
LOOK_S = 0.1
ANSWER_S = 30.0
PATIENCE_S = 120.0
EVENTS = {"Accept": "text/event-stream"}


@dataclass
class GatewayProcess:
    """A gateway that may be killed, and started again on the same port."""

    name: str
    env: Mapping[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it; it is not ready yet when this returns."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.gateway"],
                cwd=ROOT,
                env=inherited_env() | NO_CANARY | dict(self.env) | {"GATEWAY_PORT": str(self.port)},
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(),
            )

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End it with a signal, and say with which status it ended."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(STOP_S)

    def has_begun(self) -> bool:
        """Whether it is ready; raises what it said where it has ended instead."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(self.log.read_text(errors="replace")[-2000:])
        return self.is_ready()

    def is_ready(self) -> bool:
        """Whether it would be sent requests."""
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False


class RoundRobin:
    """A client that does as a proxy before gateways would: it takes those in turn that are ready.

    Attributes:
        gateways: All that there are.
        cut: Requests whose connection was cut, and which were made again elsewhere.
    """

    def __init__(self, gateways: list[GatewayProcess]) -> None:
        self._turns = itertools.cycle(gateways)
        self.gateways = gateways
        self._ready: set[int] = set()
        self._ended = threading.Event()
        self._http = httpx2.Client(timeout=ANSWER_S, trust_env=False)
        self.cut = 0

    @contextmanager
    def looking(self) -> Iterator["RoundRobin"]:
        """Look all the time who is ready."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()
            self._http.close()

    @property
    def all_are_ready(self) -> bool:
        """Whether nobody is away."""
        return len(self._ready) == len(self.gateways)

    def take_out(self, gateway: GatewayProcess) -> None:
        """Send it nothing until it is ready again."""
        self._ready.discard(gateway.port)

    def pick(self) -> GatewayProcess:
        """Whose turn it is."""
        wait_until(lambda: self._ready, PATIENCE_S, "a gateway is ready")
        while True:
            gateway = next(self._turns)
            if gateway.port in self._ready:
                return gateway

    def pick_url(self) -> str | None:
        """The address whose turn it is; None where none is ready."""
        return self.pick().url if self._ready else None

    def take_out_url(self, url: str) -> None:
        """Send nothing to an address until it is ready again."""
        self._ready.discard(int(url.rpartition(":")[2]))

    def ask(self, method: str, path: str, **told: object) -> httpx2.Response:
        """Make a request, and again elsewhere where its connection was cut."""
        while True:
            gateway = self.pick()
            try:
                return self._http.request(method, f"{gateway.url}{path}", **told)  # type: ignore[arg-type]
            except httpx2.TransportError:
                self.cut += 1
                self.take_out(gateway)

    def follow(self, job_id: str) -> list[str]:
        """Follow a job's stream to its end across gateways, and give the ids of its facts."""
        facts, last = list[str](), ""
        while True:
            gateway = self.pick()
            headers = EVENTS | ({"Last-Event-ID": last} if last else {})
            url = f"{gateway.url}/v1/jobs/{job_id}/events"
            try:
                with self._http.stream("GET", url, headers=headers) as response:
                    if response.status_code == 204:
                        return facts  # all of it has been told
                    assert response.status_code == 200, response.read()
                    for name, event_id, data in _read_events(response.iter_lines()):
                        assert name in ("history", "status"), name
                        last = event_id or last
                        facts += [event_id] if name == "history" else []
                        if name == "status" and '"status":"completed"' in data:
                            return facts
            except httpx2.TransportError:
                self.cut += 1
                self.take_out(gateway)

    def _look(self) -> None:
        while not self._ended.wait(LOOK_S):
            away = [one for one in self.gateways if one.port not in self._ready]
            # One that was killed and not started again yet has ended, and is not asked.
            running = [one for one in away if one.process and one.process.poll() is None]
            self._ready |= {one.port for one in running if one.is_ready()}


def _read_events(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Name, id and data of each event; only facts have an id."""
    told: dict[str, str] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        told |= {name: text} if text and name else {}
        if not line and "event" in told:
            yield told["event"], told.get("id", ""), told["data"]
            told = {}


@contextmanager
def running_gateways(
    stack: RunningStack,
    database: str,
    folder: Path,
    settings: Mapping[str, str] | None = None,
    names: Sequence[str] = ("a", "b"),
) -> Iterator[RoundRobin]:
    """Start some beside the gateway of a stack, which has tables of its own.

    Args:
        settings: Those of the stack that are not as by default.
    """
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, "DATABASE_URL": database}
    env |= dict(settings or {})
    picker = PortPicker()
    gateways = [GatewayProcess(n, env, picker.pick(), folder / f"{n}.log") for n in names]
    with ExitStack() as ends:
        for gateway in gateways:
            gateway.start()
            ends.callback(gateway.end, signal.SIGTERM)
        robin = ends.enter_context(RoundRobin(gateways).looking())
        for gateway in gateways:
            wait_until(gateway.has_begun, START_S, f"{gateway.name} is ready; see {folder}")
        yield robin


def kill_in_turn(robin: RoundRobin, seconds: float) -> int:
    """Kill one gateway after the other, every 5 s where both are there, and say how often."""
    ends_at = time.monotonic() + seconds
    for kills, gateway in enumerate(itertools.cycle(robin.gateways)):
        due = time.monotonic() + 5
        if due > ends_at:
            return kills
        wait_until(lambda: robin.all_are_ready, START_S, "both are ready")
        gateway.end()
        gateway.start()
        threading.Event().wait(max(0.0, due - time.monotonic()))
    raise AssertionError("a cycle has no end")
