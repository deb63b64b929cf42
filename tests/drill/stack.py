"""Everything that the drill needs, started, and with every clock that alerts look at shortened."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from deploy.prometheus.generate import write_rules
from deploy.prometheus.pace import Pace
from services.cli.supervisor.port import PortPicker
from tests.drill.load import Load
from tests.drill.site import CALL_MS, Site
from tests.observe.prometheus import Watching, running_prometheus
from tests.operation.soak.fault.clock import find_library, make_program
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.model_proxy import MODEL, ModelProxy
from tests.pipeline.webhook_endpoint import open_endpoint
from tests.stack import PROGRAM, running_stack, wait_until

WORKERS = 2
JOBS_A_SECOND = 2.0
DISK = "600m"
SCRAPED, PROBED, CANARY, LOOKBACK = "15s", "15s", "1m", "5m"
LEAST_SCRAPE_S = 2.0
"""A scrape may take as long as the time to the next, and a busy machine's answer takes its time,
whatever the factor."""
TIERS = ("5s", "30s", "5m")
WEBHOOK_DELAYS = ("5s", "5m", "10m", "12m", "14m", "16m")
"""None is so long that a receiver which is back is not asked for minutes, and all of them last
longer than its alert takes: what is given up on waits no more."""
WARM = 'sum(brainshare_jobs_finished_total{outcome="completed"}) > 100'
"""So many, that is, that it is known what a call takes as a rule, also once a provider has been
slow for as long as its alert takes."""
WARM_S = 240.0
STEADY = {
    "BRAINSHARE_WORKERS": str(WORKERS),
    "LLM_MODEL": MODEL,
    "LLM_STREAM": "false",
    "LLM_PRICE_INPUT_PER_MTOK": "0.25",
    "LLM_PRICE_OUTPUT_PER_MTOK": "2",
    "LLM_DAILY_BUDGET_USD": "20",
    "GATEWAY_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "GATEWAY_WEBHOOK_TIMEOUT_S": "2",
    "STAGE_PARTITION_WINDOW": "6",
    "STAGE_DRAIN_S": "2",
}
"""A window of 6 makes one partition hot at a rate that this machine can post. One that is full
stops its worker, so that of fewer a slow provider would hold up canaries, too."""


def shorten(pace: Pace) -> dict[str, str]:
    """The settings of a stack whose clocks run at a pace, beside the windows of the rules."""
    return {
        "GATEWAY_CANARY_S": f"{pace.seconds(CANARY):g}",
        "GATEWAY_PROBE_S": f"{pace.seconds(PROBED):g}",
        "RETRY_TIERS": ",".join(pace.span(tier) for tier in TIERS),
        "GATEWAY_WEBHOOK_DELAYS": ",".join(pace.span(delay) for delay in WEBHOOK_DELAYS),
    }


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own for as long as the context is open.

    Raises:
        subprocess.CalledProcessError: It may not be mounted: that needs to be root.
    """
    folder.mkdir(parents=True)
    size = ("-t", "tmpfs", "-o", f"size={DISK}")
    subprocess.run(["mount", *size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _keep_logs(data_dir: Path, folder: Path) -> None:
    """Copy what the stack has logged from its disk, which goes with it."""
    kept = folder / "log"
    with suppress(OSError, shutil.Error):
        shutil.copytree(data_dir / "log", kept, dirs_exist_ok=True)
        shutil.copy(data_dir / "up.log", kept)


@contextmanager
def running_site(folder: Path, pace: Pace) -> Iterator[Site]:
    """Start all of it, and stop it at the end."""
    rules, releases, library = folder / "rules", folder / "releases", find_library()
    releases.mkdir(parents=True)
    write_rules(rules, pace)
    clocks = folder / "clocks" if library else None
    program = make_program(clocks, library) if clocks and library else PROGRAM
    demo_port = PortPicker().pick()
    demo = f"http://127.0.0.1:{demo_port}"
    options = ("--with-demo", "--demo-port", str(demo_port), "--demo-latency-ms", str(CALL_MS))
    proxy = ModelProxy(demo)
    of_proxy = {"OPENAI_BASE_URL": proxy.url, "OPENAI_API_KEY": "demo"}
    env = STEADY | of_proxy | shorten(pace) | {"PYTHONPATH": str(releases)}
    scraped_s = pace.seconds(SCRAPED)
    how = Watching(max(LEAST_SCRAPE_S, scraped_s), rules, pace.seconds(LOOKBACK), scraped_s)
    with ExitStack() as opened:
        disk = opened.enter_context(small_disk(folder / "disk"))
        opened.callback(_keep_logs, disk / "d", folder)
        opened.enter_context(proxy.running())
        stack = opened.enter_context(running_stack(disk / "d", *options, env=env, program=program))
        prometheus = opened.enter_context(running_prometheus(stack, folder / "prometheus", how))
        endpoint = opened.enter_context(open_endpoint(stack.gateway_url, for_jobs=False))
        load = opened.enter_context(Load(stack.gateway_url, JOBS_A_SECOND).posting())
        wait_until(lambda: prometheus.query(WARM), WARM_S, "jobs get through")
        yield Site(
            stack, prometheus, DemoServer(demo), proxy, load, endpoint, disk, clocks, releases, env
        )
