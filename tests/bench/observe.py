"""`make bench-observe`: what metrics, logs, looks and canary cost, by switching them off."""

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from threading import Event, Thread

import click
from rich.console import Console
from rich.table import Table

from services.kafka import KafkaSettings
from tests.bench.load import open_load
from tests.bench.switch import ALL, NONE, Variant, list_variants
from tests.bench.usage import read_usage
from tests.stack import ROOT, RunningStack, running_stack

BODY = ROOT / "tests" / "examples" / "new-planets.json"
WARM_UP_JOBS = 100
SETTLE_S = 10.0
SCRAPE_S = 15.0
ANSWER_S = 10.0
LOAD_S = 600.0
"""By when the jobs of one run must be done; a job that is lost would be waited for without end."""
OURS = ("agents", "gateway", "broker")
"""Whose CPU counts: a look or a canary is the broker's work, too. The model is not ours."""
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
IDLE_TO_REACH, LOAD_TO_REACH = 1.0, 5.0


@dataclass(frozen=True)
class Figures:
    """What one stack has used.

    Attributes:
        idle: Percent of one core, by group of processes.
        job_ms: CPU in milliseconds a job under load, by group.
    """

    variant: str
    idle: dict[str, float]
    job_ms: dict[str, float]


@click.command()
@click.option("--jobs", default=1000, show_default=True, help="Jobs of each load run.")
@click.option("--under-way", default=64, show_default=True, help="Jobs at a time.")
@click.option(
    "--idle-s", default=120.0, show_default=True, help="How long to watch it idle: two canaries."
)
@click.option("--rounds", default=2, show_default=True, help="Stacks with all and with none.")
@click.option("--each", "is_each", is_flag=True, help="Each part alone, besides.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(
    jobs: int, under_way: int, idle_s: float, rounds: int, is_each: bool, as_json: bool
) -> None:
    """Measure stacks of its own, one after the other, on free ports, with the demo model."""
    found: list[Figures] = []
    try:
        for variant in list_variants(is_each=is_each, rounds=rounds):
            found.append(_measure_variant(variant, jobs, under_way, idle_s))
            click.echo(json.dumps(asdict(found[-1])))
    finally:
        # Also of a run that is cut: each stack takes minutes.
        _print(found)
    if as_json:
        click.echo(json.dumps([asdict(figures) for figures in found]))


def _measure_variant(variant: Variant, jobs: int, under_way: int, idle_s: float) -> Figures:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = variant.write_env(folder / "first")
        with running_stack(folder / "stack", "--with-demo", env=env) as stack:
            scraping = _scraping(stack) if variant.is_scraped else _nothing()
            with scraping:
                return asyncio.run(_measure(stack, variant, jobs, under_way, idle_s))


async def _measure(
    stack: RunningStack, variant: Variant, jobs: int, under_way: int, idle_s: float
) -> Figures:
    kafka = KafkaSettings(bootstrap_servers=stack.brokers)
    async with open_load(stack.gateway_url, kafka, BODY.read_bytes()) as load:
        async with asyncio.timeout(LOAD_S):
            await load.many(WARM_UP_JOBS, under_way)
        await asyncio.sleep(SETTLE_S)  # noqa: TID251 - what goes before is no part of idleness
        begun = read_usage(stack.file)
        await asyncio.sleep(idle_s)  # noqa: TID251 - idleness is what is measured
        ended = read_usage(stack.file)
        async with asyncio.timeout(LOAD_S):
            await load.many(jobs, under_way)
        loaded = read_usage(stack.file)
    idle, used = ended.since(begun), loaded.since(ended)
    return Figures(
        variant.name,
        {group: round(100 * idle[group] / (ended.at - begun.at), 3) for group in OURS},
        {group: round(1000 * used[group] / jobs, 3) for group in OURS},
    )


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _scraping(stack: RunningStack) -> Iterator[None]:
    """Ask every process for its metrics, as Prometheus does by default."""
    names = [p.name for p in stack.file.processes if p.name == "gateway" or "-agent" in p.name]
    ended = Event()

    def scrape() -> None:
        while not ended.wait(SCRAPE_S):
            for name in names:
                asked = urllib.request.Request(
                    f"http://{stack.address(name)}/metrics", headers=OPENMETRICS
                )
                # One that is not answered in time under load is missed, as Prometheus misses it.
                with (
                    suppress(OSError),
                    urllib.request.urlopen(asked, timeout=ANSWER_S) as answer,
                ):
                    answer.read()

    thread = Thread(target=scrape)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def compare(found: Sequence[Figures]) -> tuple[float, float]:
    """What all of it costs: in percent of a core, idle, and in percent of the CPU of a job."""
    of = {name: [f for f in found if f.variant == name] for name in (NONE.name, ALL.name)}
    none, all_of_it = of[NONE.name], of[ALL.name]
    idle = _mean(f.idle for f in all_of_it) - _mean(f.idle for f in none)
    before = _mean(f.job_ms for f in none)
    return round(idle, 2), round(100 * (_mean(f.job_ms for f in all_of_it) - before) / before, 1)


def _mean(found: Iterable[Mapping[str, float]]) -> float:
    return mean(sum(by_group.values()) for by_group in found)


def _print(found: Sequence[Figures]) -> None:
    table = Table("on", *(f"idle, {g}" for g in OURS), *(f"a job, {g}" for g in OURS))
    for figures in found:
        idle = [f"{figures.idle[group]:.2f} %" for group in OURS]
        job = [f"{figures.job_ms[group]:.2f} ms" for group in OURS]
        table.add_row(figures.variant, *idle, *job)
    console = Console()
    console.print(table)
    if not {NONE.name, ALL.name} <= {figures.variant for figures in found}:
        console.print("ended before both were measured: what it costs is not known")
        return
    idle_more, load_more = compare(found)
    console.print(f"all of it, idle: {idle_more} % of a core (to reach: < {IDLE_TO_REACH})")
    console.print(f"all of it, under load: {load_more} % of a job's CPU (< {LOAD_TO_REACH})")


if __name__ == "__main__":
    main()
