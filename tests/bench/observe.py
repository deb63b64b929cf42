"""`make bench-observe`: what metrics, logs, looks and canary cost, by switching them off.

Stacks with and without them run side by side, are idle together, and take turns under load. So a
machine that is now fast and now slow is so for each of them.
"""

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from math import sqrt
from pathlib import Path
from statistics import mean, stdev
from threading import Event, Thread

import click
from rich.console import Console
from rich.table import Table

from services.kafka import KafkaSettings
from tests.bench.load import Load, open_load
from tests.bench.switch import ALL, NONE, Variant, list_variants
from tests.bench.usage import read_usage
from tests.stack import ROOT, RunningStack, running_stack

BODY = ROOT / "tests" / "examples" / "new-planets.json"
WARM_UP_JOBS = 200
SETTLE_S = 20.0
MINUTE_S = 60.0
"""In which there is one canary."""
SCRAPE_S = 15.0
ANSWER_S = 10.0
LOAD_S = 600.0
"""By when the jobs of one turn must be done; a job that is lost would be waited for without end."""
OURS = ("agents", "gateway", "broker")
"""Whose CPU counts: a look or a canary is the broker's work, too. The model is not ours."""
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
IDLE_TO_REACH, LOAD_TO_REACH = 1.0, 5.0
SURE = 1.96
"""Standard errors to each side of a mean, between which it lies 19 times out of 20."""

SEVERAL = click.IntRange(min=2)
"""Of one alone nobody can say how far it may be off."""

ByGroup = Mapping[str, float]


@dataclass
class Figures:
    """What one stack has used, by group of processes.

    Attributes:
        idle: Percent of one core in each minute.
        job_ms: CPU in milliseconds a job in each turn under load.
    """

    variant: str
    idle: list[ByGroup] = field(default_factory=list)
    job_ms: list[ByGroup] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """A stack with some of it on, who puts it under load, and what was found of it."""

    stack: RunningStack
    load: Load
    figures: Figures


@click.command()
@click.option("--jobs", default=100, show_default=True, help="Jobs of each turn under load.")
@click.option(
    "--turns", default=10, show_default=True, type=SEVERAL, help="Of each stack under load."
)
@click.option("--under-way", default=64, show_default=True, help="Jobs at a time.")
@click.option(
    "--minutes", default=4, show_default=True, type=SEVERAL, help="How long all are idle."
)
@click.option("--each", "is_each", is_flag=True, help="Each part alone, besides.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(jobs: int, turns: int, under_way: int, minutes: int, is_each: bool, as_json: bool) -> None:
    """Measure stacks of its own, side by side, on free ports, with the demo model."""
    found: list[Figures] = []
    with ExitStack() as opened:
        stacks = [
            (variant, opened.enter_context(_running(variant)))
            for variant in list_variants(is_each=is_each)
        ]
        # Also of a run that is cut: it takes minutes.
        opened.callback(lambda: _print(found))
        asyncio.run(_measure(stacks, found, turns, jobs, under_way, minutes))
    if as_json:
        click.echo(json.dumps([asdict(figures) for figures in found]))


@contextmanager
def _running(variant: Variant) -> Iterator[RunningStack]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = variant.write_env(folder / "first")
        with (
            running_stack(folder / "stack", "--with-demo", env=env) as stack,
            _scraping(stack) if variant.is_scraped else _nothing(),
        ):
            yield stack


async def _measure(
    stacks: Sequence[tuple[Variant, RunningStack]],
    found: list[Figures],
    turns: int,
    jobs: int,
    under_way: int,
    minutes: int,
) -> None:
    async with AsyncExitStack() as opened:
        sites = []
        for variant, stack in stacks:
            kafka = KafkaSettings(bootstrap_servers=stack.brokers)
            opening = open_load(stack.gateway_url, kafka, BODY.read_bytes())
            load = await opened.enter_async_context(opening)
            found.append(Figures(variant.name))
            sites.append(Site(stack, load, found[-1]))
        for site in sites:
            await _put_through(site, WARM_UP_JOBS, under_way)
        await asyncio.sleep(SETTLE_S)  # noqa: TID251 - what goes before is no part of idleness
        for _ in range(minutes):
            await _watch_idle(sites)
        for turn in range(turns):
            for site in sites if turn % 2 else reversed(sites):
                site.figures.job_ms.append(await _put_through(site, jobs, under_way))


async def _put_through(site: Site, jobs: int, under_way: int) -> ByGroup:
    """CPU in milliseconds a job."""
    begun = read_usage(site.stack.file)
    async with asyncio.timeout(LOAD_S):
        await site.load.many(jobs, under_way)
    used = read_usage(site.stack.file).since(begun)
    return {group: round(1000 * used[group] / jobs, 3) for group in OURS}


async def _watch_idle(sites: Sequence[Site]) -> None:
    begun = [read_usage(site.stack.file) for site in sites]
    await asyncio.sleep(MINUTE_S)  # noqa: TID251 - idleness is what is measured
    for site, before in zip(sites, begun, strict=True):
        ended = read_usage(site.stack.file)
        used, seconds = ended.since(before), ended.at - before.at
        site.figures.idle.append({g: round(100 * used[g] / seconds, 3) for g in OURS})


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


@dataclass(frozen=True)
class Cost:
    """By how much all of it is more than none, and how far that may be off."""

    more: float
    give_or_take: float

    def __str__(self) -> str:
        return f"{self.more:.2f} ± {self.give_or_take:.2f} %"


def compare(found: Sequence[Figures]) -> tuple[Cost, Cost]:
    """What all of it costs: in percent of a core, idle, and in percent of the CPU of a job."""
    of = {figures.variant: figures for figures in found}
    none, all_of_it = of[NONE.name], of[ALL.name]
    before = mean(_sum(none.job_ms))
    of_a_job = [100 * more / before for more in _differ(all_of_it.job_ms, none.job_ms)]
    return _estimate(_differ(all_of_it.idle, none.idle)), _estimate(of_a_job)


def _differ(these: Sequence[ByGroup], those: Sequence[ByGroup]) -> list[float]:
    return [this - that for this, that in zip(_sum(these), _sum(those), strict=True)]


def _sum(found: Sequence[ByGroup]) -> list[float]:
    return [sum(by_group.values()) for by_group in found]


def _estimate(differences: Sequence[float]) -> Cost:
    """The mean of what was measured at the same time, or in turn."""
    return Cost(mean(differences), SURE * stdev(differences) / sqrt(len(differences)))


NOT_KNOWN = (dict.fromkeys(OURS, float("nan")),)


def _print(found: Sequence[Figures]) -> None:
    table = Table("on", *(f"idle, {g}" for g in OURS), *(f"a job, {g}" for g in OURS))
    for figures in found:
        idling = [f"{mean(of[g] for of in figures.idle or NOT_KNOWN):.2f} %" for g in OURS]
        job = [f"{mean(of[g] for of in figures.job_ms or NOT_KNOWN):.2f} ms" for g in OURS]
        table.add_row(figures.variant, *idling, *job)
    console = Console()
    console.print(table)
    if any(len(figures.job_ms) < 2 for figures in found) or not found:
        console.print("ended before two turns: what it costs is not known")
        return
    idle, load = compare(found)
    console.print(f"all of it, idle: {idle} of a core (to reach: < {IDLE_TO_REACH})")
    console.print(f"all of it, under load: {load} of a job's CPU (< {LOAD_TO_REACH})")


if __name__ == "__main__":
    main()
