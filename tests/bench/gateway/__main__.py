"""`make bench-gateway`: the gateway's figures, beside what was asked for."""

import asyncio
import json
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from services.cli.supervisor.port import PortPicker
from services.kafka import KafkaSettings
from services.telemetry.log import configure_logging
from tests.bench.gateway.cpu import measure_cpu
from tests.bench.gateway.figure import Figure
from tests.bench.gateway.folding import measure_folding, write_jobs
from tests.bench.gateway.lists import measure_lists
from tests.bench.gateway.post import measure_posts
from tests.bench.gateway.size import measure_sizes
from tests.bench.gateway.watching import measure_watchers
from tests.bench.gateway.webhook import WEBHOOKS, measure_webhooks
from tests.fact_source import make_topics, open_fact_source, read_settings
from tests.gateways import START_S, GatewayProcess
from tests.postgres import running_postgres
from tests.stack import RunningStack, running_stack, wait_until

PARTS = ("size", "list", "post", "cpu", "watch", "webhook", "fold")
STORES = ("sqlite", "postgresql")
FOLD_PREFIX = "bench."
EVENTS = 100.0
"""A second."""

SMALL = {
    "jobs": 2_000,
    "rebuilt": 300,
    "played": 100,
    "watchers": 100,
    "told": 50,
    "seconds": 5.0,
    "rate": 50.0,
}


@dataclass(frozen=True)
class Form:
    """How much of it."""

    jobs: int
    rebuilt: int
    played: int
    watchers: int
    told: int
    seconds: float
    rate: float
    stores: tuple[str, ...]


@click.command()
@click.option("--jobs", default=200_000, show_default=True, help="Jobs in the list.")
@click.option("--rebuilt", default=100_000, show_default=True, help="Jobs that are rebuilt.")
@click.option("--played", default=2_000, show_default=True, help="Jobs whose CPU is counted.")
@click.option("--watchers", default=1_000, show_default=True, help="Live streams.")
@click.option("--told", default=500, show_default=True, help="Jobs that each webhook is told of.")
@click.option("--seconds", default=30.0, show_default=True, help="How long posts and events go on.")
@click.option("--rate", default=200.0, show_default=True, help="Posts a second.")
@click.option("--small", is_flag=True, help="All of it in a small form: whether it runs at all.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="These parts only.")
@click.option(
    "--store",
    "stores",
    type=click.Choice(STORES),
    multiple=True,
    help="These databases only, of list and fold.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(
    small: bool, only: tuple[str, ...], stores: tuple[str, ...], as_json: bool, **form: float
) -> None:
    """Measure, on servers of its own and in a folder that is thrown away."""
    configure_logging("bench")
    asked = Form(**(SMALL if small else form), stores=stores or STORES)  # type: ignore[arg-type]
    figures = list[Figure]()
    try:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
            asyncio.run(_collect(Bench(Path(folder), ends, asked), only or PARTS, figures))
    finally:
        _print(figures)
    if as_json:
        click.echo(json.dumps([asdict(figure) for figure in figures]))


async def _collect(bench: "Bench", parts: tuple[str, ...], figures: list[Figure]) -> None:
    """Say each figure when it is there: a bench that is cut has said what it knew."""
    for part in _list_parts(bench, parts):
        async for figure in part:
            figures.append(figure)
            asked = figure.asked or "not asked for"
            click.echo(f"{figure.name}: {figure.shown} ({asked})", err=True)


class Bench:
    """The servers that it takes, each started when it is first needed."""

    def __init__(self, folder: Path, ends: ExitStack, form: Form) -> None:
        self._folder = folder
        self._ends = ends
        self._stack: RunningStack | None = None
        self.form = form

    @property
    def brokers(self) -> str:
        """A broker, in a stack whose agents have nothing to do."""
        if self._stack is None:
            told = (self._folder / "stack", "--with-demo")
            self._stack = self._ends.enter_context(running_stack(*told))
        return self._stack.brokers

    def stores(self, name: str) -> Iterator[tuple[str, str]]:
        """Empty databases: what each is, and its URL."""
        if "sqlite" in self.form.stores:
            yield "SQLite", f"sqlite:///{self._folder}/{name}.db"
        if "postgresql" in self.form.stores:
            with running_postgres() as server:
                yield "PostgreSQL", server.url("postgres")

    @contextmanager
    def gateway(self) -> Iterator[GatewayProcess]:
        """A gateway on SQLite, of whose topics no agent knows."""
        env = {
            "KAFKA_BOOTSTRAP_SERVERS": self.brokers,
            "KAFKA_TOPIC_PREFIX": read_settings(self.brokers).topic_prefix,
            "DATABASE_URL": f"sqlite:///{self._folder}/gateway.db",
            "GATEWAY_STREAMS": "10000",
            **WEBHOOKS,
        }
        gateway = GatewayProcess("bench", env, PortPicker().pick(), self._folder / "gateway.log")
        gateway.start()
        try:
            wait_until(gateway.has_begun, START_S, "the gateway is ready")
            yield gateway
        finally:
            gateway.end(signal.SIGTERM)


def _list_parts(bench: Bench, parts: tuple[str, ...]) -> Iterator[AsyncIterator[Figure]]:
    if "size" in parts:
        yield measure_sizes()
    if "list" in parts:
        yield _measure_lists(bench)
    if {"post", "cpu", "watch", "webhook"} & {*parts}:
        yield _measure_gateway(bench, parts)
    if "fold" in parts:
        yield _measure_folds(bench)


async def _measure_lists(bench: Bench) -> AsyncIterator[Figure]:
    for store, url in bench.stores("list"):
        async for one in measure_lists(url, store, bench.form.jobs):
            yield one


async def _measure_folds(bench: Bench) -> AsyncIterator[Figure]:
    kafka = KafkaSettings(bootstrap_servers=bench.brokers, topic_prefix=FOLD_PREFIX)
    await write_jobs(kafka, bench.form.rebuilt)
    for store, url in bench.stores("fold"):
        async for one in measure_folding(kafka, url, store, bench.form.rebuilt):
            yield one


async def _measure_gateway(bench: Bench, parts: tuple[str, ...]) -> AsyncIterator[Figure]:
    form = bench.form
    await make_topics(read_settings(bench.brokers))
    with bench.gateway() as gateway:
        if "post" in parts:
            async for one in measure_posts(gateway.url, form.rate, form.seconds):
                yield one
        assert gateway.process is not None
        async with open_fact_source(bench.brokers) as source:
            told = (gateway.url, gateway.process.pid, source)
            if "cpu" in parts:
                async for one in measure_cpu(*told, form.played):
                    yield one
            if "watch" in parts:
                async for one in measure_watchers(*told, form.watchers, EVENTS, form.seconds):
                    yield one
            if "webhook" in parts:
                async for one in measure_webhooks(gateway.url, source, form.told):
                    yield one


def _print(figures: list[Figure]) -> None:
    table = Table("figure", "measured", "asked for", title="The gateway", title_justify="left")
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.asked)
    Console().print(table)


if __name__ == "__main__":
    main()
