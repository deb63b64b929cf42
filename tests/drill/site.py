"""What the drill acts upon: a stack with its model, its clients and who watches it."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from threading import Event

from services.cli.client.command_client import connect
from services.cli.explanation.metrics import Metrics, read_metrics
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
SEEN_S = 1.0
"""By when the last alert that a restart makes fire has been seen."""
START_ERROR_S = 3.0
"""The kernel says in whole seconds when it was booted, from which processes' starts are counted."""


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
        """Start services again, all at a time, as a person does."""
        self.is_restarting.set()
        begun_at = time.time()
        try:
            with ThreadPoolExecutor(len(names)) as hands:
                for done in hands.map(lambda name: self._brainshare("restart", name), names):
                    assert done.returncode == 0, done.stderr.decode()
            wait_until(
                lambda: all(self.is_back(name, begun_at) for name in names),
                RESTART_S,
                f"{', '.join(names)} is there again",
            )
        finally:
            Event().wait(SEEN_S)
            self.is_restarting.clear()

    def is_back(self, name: str, since: float) -> bool:
        """Whether Prometheus has metrics of a service's process that was started since, and works.

        Of the one before it what was scraped last counts as the value of now for a while.

        Args:
            since: Unix time.
        """
        of_it = f'{{instance="{self.stack.address(name)}"}}'
        told = [
            f"up{of_it} == 1",
            f"process_start_time_seconds{of_it} > {since - START_ERROR_S:.0f}",
        ]
        if "-agent" in name:
            told.append(f"brainshare_partitions_assigned{of_it} > 0")
        return bool(self.prometheus.query(" and on (instance) ".join(told)))

    def find_parked(self) -> list[str]:
        """The stages of which a worker takes no work, as the workers say themselves."""
        return [
            stage
            for stage in STAGES
            if any(self._find_most(worker, "stage_parked") for worker in self.workers(stage))
        ]

    def find_spent(self, worker: str) -> float:
        """What a worker has spent today, in US dollars."""
        return self._find_most(worker, "llm_spent_today_usd")

    def _find_most(self, name: str, metric: str) -> float:
        found = read_metrics(f"http://{self.stack.address(name)}") or Metrics()
        return found.most(f"brainshare_{metric}") or 0.0

    def recover(self) -> None:
        """Take away what a fault may have left behind, so that it does not spoil the next one."""
        self.proxy.spoil = None
        self.demo.act(WELL)
        self.discard_letters()

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
