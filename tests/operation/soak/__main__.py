"""`make soak ARGS=--minutes=30`: every fault, a steady load, and a verdict as the exit status."""

import logging
import random
import shutil
import tempfile
import time
from pathlib import Path

import click

from services.cli.terminal.error import CliError
from tests.operation.cluster import running_cluster
from tests.operation.load import Post, open_clients
from tests.operation.soak.ending import Ending, end, measure_calm_calls
from tests.operation.soak.fault.broker import BROKER_LANE
from tests.operation.soak.fault.clock import CLOCK_LANE, find_library, make_program
from tests.operation.soak.fault.data import DATA_LANE
from tests.operation.soak.fault.model import CALL_MS, MODEL_LANE, tell_model
from tests.operation.soak.fault.process import PROCESS_LANE
from tests.operation.soak.fault.shape import ORDINARY
from tests.operation.soak.fault.user import USER_LANE
from tests.operation.soak.plan import Planned, draw_plan
from tests.operation.soak.report import print_report
from tests.operation.soak.run import Run
from tests.operation.soak.sampler import Sampler
from tests.operation.soak.site import Site
from tests.operation.soak.verdict import Evidence, count_ends, judge
from tests.pipeline.demo_server import DemoServer
from tests.stack import PROGRAM, running_stack

TIERS = "1s,5s,20s"
SETTINGS = {"RETRY_TIERS": TIERS, "LLM_TIMEOUT_S": "10"}
LANES = (MODEL_LANE, PROCESS_LANE, BROKER_LANE, DATA_LANE, USER_LANE)
PLAIN_SHARE = 0.8
"""Of the jobs that are the first kind of ordinary ones; the others share the rest."""


@click.command()
@click.option("--minutes", default=30.0, show_default=True, help="How long faults are planted.")
@click.option("--seed", type=int, help="Of a run before, to plant the same again.")
@click.option("--rate", default=2.0, show_default=True, help="Jobs posted a second.")
def main(minutes: float, seed: int | None, rate: float) -> None:
    """Run a stack of its own on two nodes of Kafka, plant faults, and judge what became of it."""
    # The clients say with every try that a broker is away; the line of the fault is enough.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    seed = random.randrange(2**32) if seed is None else seed
    click.echo(f"seed {seed}")
    library = find_library()
    lanes = (*LANES, CLOCK_LANE) if library else LANES
    if library is None:
        click.echo("clocks do not jump: libfaketime is not installed")
    folder = Path(tempfile.mkdtemp(prefix="brainshare-soak-"))
    click.echo(f"data and logs: {folder}")
    failures = _soak(folder, draw_plan(lanes, minutes * 60, seed), minutes * 60, seed, rate)
    for line in failures:
        click.echo(f"FAILED  {line}")
    if failures:
        click.echo(f"again: make soak ARGS='--minutes={minutes:g} --seed={seed} --rate={rate:g}'")
        raise SystemExit(1)
    shutil.rmtree(folder)
    click.echo("clean")


def _soak(folder: Path, plan: list[Planned], seconds: float, seed: int, rate: float) -> list[str]:
    library = find_library()
    clocks = folder / "clocks" if library else None
    program = make_program(clocks, library) if clocks and library else PROGRAM
    options = ("--with-demo", "--demo-latency-ms", str(CALL_MS))
    with running_cluster(folder / "cluster") as cluster:
        env = {"KAFKA_BOOTSTRAP_SERVERS": cluster.servers, **SETTINGS}
        with (
            running_stack(folder / "stack", *options, env=env, program=program) as stack,
            open_clients(stack.gateway_url) as clients,
        ):
            demo = DemoServer(f"http://{stack.address('demo-llm')}")
            site = Site(stack, cluster, demo, clients, clocks)
            return _run(site, plan, seconds, seed, rate)


def _run(site: Site, plan: list[Planned], seconds: float, seed: int, rate: float) -> list[str]:
    calm_calls = measure_calm_calls(site)
    run, chance = Run(site, click.echo), random.Random(seed)
    with Sampler(site) as sampler:
        with site.clients.posting(rate, lambda: _choose(chance)):
            run.carry_out(plan, seconds)
            ended_at = time.monotonic()
            click.echo(f"faults are over after {seconds:g} s; waiting until all is drained")
        tell_model(site)
        site.pool.shutdown()
        try:
            ending = end(site, ended_at, TIERS)
        except CliError as error:
            return [f"nothing could be counted: {error} See {site.stack.data_dir / 'log'}"]
    evidence = _gather(site, sampler, ending)
    print_report(evidence, run, calm_calls)
    return judge(evidence)


def _gather(site: Site, sampler: Sampler, ending: Ending) -> Evidence:
    return Evidence(
        posts=site.clients.posts,
        lives=list(sampler.lives.values()),
        calls=sampler.calls,
        spoiled=sampler.spoiled,
        killed=site.killed,
        odd_records=site.odd_records,
        complaints=site.complaints,
        ends=count_ends((site.stack.data_dir / "up.log").read_text(errors="replace")),
        ending=ending,
        logs=site.stack.data_dir / "log",
    )


def _choose(chance: random.Random) -> Post:
    is_plain = chance.random() < PLAIN_SHARE
    return (ORDINARY[0] if is_plain else chance.choice(ORDINARY[1:])).new_post()


if __name__ == "__main__":
    main()
