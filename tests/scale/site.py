"""A setup that runs: its stack, its gateways, and what is asked of them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.explanation.metrics import Metrics, read_metrics
from services.kafka import KafkaSettings
from tests.gateways import RoundRobin, running_gateways
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.postgres import running_postgres
from tests.scale.setup import CALL_MS, Setup
from tests.stack import ROOT, RunningStack, running_stack

BODY = (ROOT / "tests" / "examples" / "new-planets.json").read_bytes()
AUDIT_S = 300.0


@dataclass(frozen=True)
class Site:
    """A stack of a setup.

    Attributes:
        robin: Takes the gateways on PostgreSQL in turn; None where the setup has none.
    """

    setup: Setup
    stack: RunningStack
    demo: DemoServer
    robin: RoundRobin | None

    @property
    def urls(self) -> Sequence[str]:
        """Where jobs are posted to."""
        if self.robin is None:
            return [self.stack.gateway_url]
        return [gateway.url for gateway in self.robin.gateways]

    @property
    def kafka(self) -> KafkaSettings:
        """Where its records are."""
        partitions = self.setup.partitions
        return KafkaSettings(bootstrap_servers=self.stack.brokers, partitions=partitions)

    @property
    def agents(self) -> list[str]:
        """The names of all workers."""
        return [p.name for p in self.stack.file.processes if "-agent" in p.name]

    def read(self, worker: str) -> Metrics:
        """What a worker exports now."""
        found = read_metrics(f"http://{self.stack.address(worker)}")
        assert found is not None, f"{worker} does not answer"
        return found

    def audit(self) -> dict[str, Any]:
        """What became of all jobs, as the audit counts it in the topics."""
        env = {"KAFKA_BOOTSTRAP_SERVERS": self.stack.brokers} | self.setup.settings
        done = run_brainshare("audit", "--json", env=env, timeout_s=AUDIT_S)
        assert done.stdout, done.stderr.decode()
        report: dict[str, Any] = json.loads(done.stdout)
        return report


@contextmanager
def running_site(folder: Path, setup: Setup) -> Iterator[Site]:
    """Start all of it, and stop it at the end.

    Raises:
        NoServerError: It wants PostgreSQL, and there is none on this machine.
    """
    options = ("--with-demo", "--demo-latency-ms", str(CALL_MS))
    with ExitStack() as opened:
        server = opened.enter_context(running_postgres()) if setup.gateways else None
        stack = opened.enter_context(running_stack(folder, *options, env=setup.settings))
        robin = None
        if server is not None:
            names = [f"gateway-{number + 1}" for number in range(setup.gateways)]
            started = running_gateways(stack, server.url("postgres"), folder, setup.settings, names)
            robin = opened.enter_context(started)
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        yield Site(setup, stack, demo, robin)
