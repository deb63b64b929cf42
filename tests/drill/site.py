"""What the drill acts upon: a stack with its model, its clients and who watches it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from threading import Event

from services.cli.client.command_client import connect
from tests.drill.load import Load
from tests.observe.prometheus import Prometheus
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.model_proxy import ModelProxy
from tests.pipeline.webhook_endpoint import Endpoint
from tests.stack import RunningStack, wait_until

STAGES = ("table", "column", "row")
CALL_MS = 100
WELL = {"faults": {}, "latencyMs": CALL_MS, "maxFaults": None}
RESTART_S = 90.0


@dataclass(frozen=True)
class Site:
    """A stack under load, before a Prometheus.

    Attributes:
        disk: The folder of a disk of its own, on which all of the stack's data is.
        clocks: Holds a file for each module with what its clock is off; None without libfaketime.
        releases: The first folder in which the stack's processes look for what is installed.
        proxy: Between the agents and the demo model, which otherwise would cost nothing.
        endpoint: A webhook of all jobs, with its receiver.
        settings: What the stack's processes were told.
        is_restarting: Set while a service is started again by the drill.
    """

    stack: RunningStack
    prometheus: Prometheus
    demo: DemoServer
    proxy: ModelProxy
    load: Load
    endpoint: Endpoint
    disk: Path
    clocks: Path | None
    releases: Path
    settings: Mapping[str, str]
    is_restarting: Event = field(default_factory=Event)

    def workers(self, stage: str) -> list[str]:
        """The names of a stage's workers."""
        names = [process.name for process in self.stack.file.processes]
        return [name for name in names if name.startswith(f"{stage}-agent")]

    def restart(self, *names: str) -> None:
        """Start services again, as a person does."""
        self.is_restarting.set()
        try:
            for name in names:
                done = self._brainshare("restart", name)
                assert done.returncode == 0, done.stderr.decode()
                wait_until(lambda n=name: self.is_ready(n), RESTART_S, f"{name} is ready again")  # type: ignore[misc]
        finally:
            self.is_restarting.clear()

    def is_ready(self, name: str) -> bool:
        """Whether Prometheus has metrics of a service now."""
        return bool(self.prometheus.query(f'up{{instance="{self.stack.address(name)}"}} == 1'))

    def find_parked(self) -> list[str]:
        """The stages of which a worker takes no work."""
        found = self.prometheus.query("max by (stage) (brainshare_stage_parked) == 1")
        return [one["metric"]["stage"] for one in found]

    def explain(self) -> dict[str, str]:
        """What `brainshare explain` says: who is served, what is wrong, what it costs."""
        done = self._brainshare("explain", "--json")
        if done.returncode != 0:
            return {"served": "", "wrong": done.stderr.decode().strip(), "cost": ""}
        told: dict[str, str] = json.loads(done.stdout)
        return told

    def discard_letters(self) -> None:
        """Put every open dead letter aside, as a person does at the end."""
        with connect(self.stack.gateway_url, retry_for_s=RESTART_S) as gateway:
            while letters := gateway.dead_letters.page(limit=100).dead_letters:
                for letter in letters:
                    gateway.dead_letters.discard(
                        letter.id, reason="planted by the drill", by="drill"
                    )

    def _brainshare(self, *arguments: str) -> CompletedProcess[bytes]:
        return run_brainshare(*arguments, "--data-dir", str(self.stack.data_dir), timeout_s=120)
