"""Runs Debian's Prometheus with our rules beside a stack, faster than it would in earnest."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.port import HOST, PortPicker
from tests.stack import ROOT, RunningStack, wait_until

RULES = ROOT / "deploy" / "prometheus" / "rules"
START_S = 60.0
STOP_S = 30.0
ANSWER_S = 30.0


class NoPrometheusError(Exception):
    """This machine has none."""


@dataclass(frozen=True)
class Prometheus:
    """One that runs."""

    url: str

    def ask(self, path: str, **told: object) -> Any:
        """What its API answers."""
        query = urllib.parse.urlencode(told)
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=ANSWER_S) as said:
            return json.load(said)["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples of now."""
        found: list[dict[str, Any]] = self.ask("query", query=expression)["result"]
        return found

    def query_range(
        self, expression: str, begin: float, end: float, step_s: float
    ) -> list[dict[str, Any]]:
        """The series over a time, as a panel asks."""
        told = {"query": expression, "start": begin, "end": end, "step": step_s}
        found: list[dict[str, Any]] = self.ask("query_range", **told)["result"]
        return found

    def is_scraping(self, jobs: int) -> bool:
        """Whether it has metrics of so many processes."""
        try:
            return len(self.query("up == 1")) >= jobs
        except OSError:
            return False


@dataclass(frozen=True)
class Watching:
    """How a Prometheus looks at a stack.

    Attributes:
        scrape_s: From one scrape to the next, and how long one may take.
        rules: The folder of the rules.
        evaluate_s: From one look at the rules to the next.
        lookback_s: For how long a sample counts as the value of now.
    """

    scrape_s: float = 1.0
    rules: Path = RULES
    lookback_s: float = 300.0
    evaluate_s: float = 1.0


@contextmanager
def running_prometheus(
    stack: RunningStack, folder: Path, how: Watching = Watching()
) -> Iterator[Prometheus]:
    """Start one that scrapes a stack, and stop it at the end.

    Raises:
        NoPrometheusError: There is none on this machine.
    """
    program = shutil.which("prometheus")
    if program is None:
        raise NoPrometheusError("prometheus is missing: apt-get install prometheus")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(_write_config(stack, how)))
    address = f"{HOST}:{PortPicker().pick()}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
                f"--query.lookback-delta={_span(how.lookback_s)}",
                "--enable-feature=exemplar-storage",
            ],
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),
        )
    try:
        found = Prometheus(f"http://{address}")
        count = 1 + len(_name_agents(stack))
        wait_until(lambda: found.is_scraping(count), START_S, "Prometheus scrapes all")
        yield found
    finally:
        process.terminate()
        process.wait(STOP_S)


def _name_agents(stack: RunningStack) -> list[str]:
    return [process.name for process in stack.file.processes if "-agent" in process.name]


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"


def _write_config(stack: RunningStack, how: Watching) -> dict[str, Any]:
    jobs = {
        "brainshare-gateway": [stack.address("gateway")],
        "brainshare-agent": [stack.address(agent) for agent in _name_agents(stack)],
    }
    return {
        "global": {
            "scrape_interval": _span(how.scrape_s),
            "scrape_timeout": _span(how.scrape_s),
            "evaluation_interval": _span(how.evaluate_s),
        },
        "rule_files": [str(how.rules / "*.yml")],
        "scrape_configs": [
            {"job_name": name, "static_configs": [{"targets": targets}]}
            for name, targets in jobs.items()
        ],
    }
