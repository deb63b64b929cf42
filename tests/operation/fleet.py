"""One broker, one model, one gateway and a worker a stage, each replaced by another release's."""

import asyncio
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.broker.fetch import ensure_jars
from services.cli.broker.jar import load_lock
from services.cli.broker.storage import new_cluster_id
from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import HOST, PortPicker
from services.cli.supervisor.readiness import HttpProbe
from services.lifecycle import exit_status
from tests.operation.cluster import Node
from tests.operation.release import AGENTS
from tests.stack import NO_CANARY, ROOT, wait_until

READY_S = 120.0
STOP_S = 90.0
COMMAND_S = 120.0
LATENCY_MS = "200"
GATEWAY, DEMO = "gateway", "demo_llm"

log = logging.getLogger(__name__)
"""How far a drill is: `-o log_cli=true -o log_cli_level=INFO` shows it at once."""


@dataclass
class Process:
    """A service of ours with a place of its own, whichever release it is of.

    Attributes:
        env: What it is told.
        statuses: With which it has ended so far.
    """

    name: str
    port: int
    folder: Path
    env: dict[str, str]
    statuses: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def start(self, root: Path) -> bool:
        """Start the code of a folder. Returns whether it is ready, or else has ended."""
        begun_at = time.monotonic()
        with (self.folder / f"{self.name}.log").open("ab") as output:
            self.process = subprocess.Popen(
                (sys.executable, "-m", f"services.{self.name}"),
                cwd=root,
                env=inherited_env() | NO_CANARY | self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),
            )
        wait_until(lambda: self._has_ended() or self._is_ready(), READY_S, f"{self.name} is ready")
        is_ready, took_s = not self._has_ended(), time.monotonic() - begun_at
        log.info("%s of %s %s, %.1f s", self.name, root, "ready" if is_ready else "ended", took_s)
        return is_ready

    def stop(self) -> None:
        """Tell it to stop, and wait for its end; one that goes on is killed, which is a bad end."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.statuses.append(self.process.wait())
            self.process = None

    def _has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _is_ready(self) -> bool:
        path = "healthz" if self.name == DEMO else "readyz"
        return asyncio.run(HttpProbe(f"{self.url}/{path}").ask()).is_ready


@dataclass(frozen=True)
class Fleet:
    """All of them, on one broker.

    Attributes:
        servers: What KAFKA_BOOTSTRAP_SERVERS has to say.
    """

    folder: Path
    servers: str
    processes: Mapping[str, Process]

    @property
    def url(self) -> str:
        """Where jobs are posted to."""
        return self.processes[GATEWAY].url

    def apply_topics(self, root: Path) -> None:
        """Make the topics as a release wants them."""
        self.run(root, "topics", "apply", "--wait", "60")

    def run(self, root: Path, *arguments: str) -> bytes:
        """Run the command of a release to its end, which must be a good one."""
        done = subprocess.run(
            (sys.executable, "-m", "services.cli", *arguments),
            cwd=root,
            env=inherited_env() | {"KAFKA_BOOTSTRAP_SERVERS": self.servers},
            capture_output=True,
            timeout=COMMAND_S,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
        return done.stdout

    def replace(self, name: str, root: Path) -> bool:
        """Stop a process and start that of another release in its place.

        Returns:
            Whether it took the tables that there are: a gateway of before refuses those of later,
            and is then given an empty database, as the page of planned work has it.
        """
        process = self.processes[name]
        process.stop()
        if process.start(root):
            return True
        assert process.process is not None
        status = process.process.wait()
        assert (name, status) == (GATEWAY, exit_status.REFUSED), f"{name} ended with {status}"
        process.env["DATABASE_URL"] = f"sqlite:///{self.folder / 'anew.db'}"
        assert process.start(root), f"{name} refuses an empty database, too"
        return False

    @property
    def bad_ends(self) -> dict[str, list[int]]:
        """Who was told to stop and has ended otherwise than well."""
        ends = {name: process.statuses for name, process in self.processes.items()}
        return {name: found for name, found in ends.items() if set(found) - {exit_status.STOPPED}}


@contextmanager
def running_fleet(folder: Path, root: Path) -> Iterator[Fleet]:
    """Start all of it with the code of a folder, and stop it at the end."""
    folder.mkdir(parents=True)
    ports = PortPicker()
    jars = ensure_jars(load_lock(), folder / "jars")
    broker = Node("kafka", folder / "kafka", ports.pick(), ports.pick(), jars, {})
    broker.format(new_cluster_id())
    fleet = _make_fleet(folder, broker.address, ports)
    with ExitStack() as ends:
        broker.start()
        ends.callback(broker.end, signal.SIGTERM)
        wait_until(broker.brokers_known, READY_S, f"the broker is there; see {broker.folder}")
        fleet.apply_topics(root)
        for name, process in fleet.processes.items():
            ends.callback(process.stop)
            assert process.start(ROOT if name == DEMO else root), f"{name} has ended; see {folder}"
        yield fleet


def _make_fleet(folder: Path, servers: str, ports: PortPicker) -> Fleet:
    demo = ports.pick()
    processes = {}
    for name in (DEMO, GATEWAY, *AGENTS):
        port = demo if name == DEMO else ports.pick()
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": servers,
            "STAGE_INSTANCE_ID": f"{name.replace('_', '-')}-0",
        }
        env |= {"OPENAI_BASE_URL": f"http://{HOST}:{demo}/v1", "OPENAI_API_KEY": "demo"}
        env |= {"DEMO_LLM_PORT": str(port), "DEMO_LLM_LATENCY_MS": LATENCY_MS}
        env |= {"GATEWAY_PORT": str(port), "STAGE_HEALTH_PORT": str(port)}
        env |= {"STAGE_DATA_DIR": str(folder / name)}
        env |= {"DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}"}
        processes[name] = Process(name, port, folder, env)
    return Fleet(folder, servers, processes)
