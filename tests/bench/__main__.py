"""`make bench`: the figures of the real stack with the demo model at 0 ms."""

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from services.kafka import KafkaSettings
from tests.bench.floor import measure_calls
from tests.bench.footprint import count_connections, read_footprint
from tests.bench.lateness import measure_lateness
from tests.bench.load import open_load
from tests.bench.usage import idle_percent, read_usage, resident_mb
from tests.stack import ROOT, RunningStack, running_stack

BODY = ROOT / "tests" / "examples" / "new-planets.json"
WARM_UP_JOBS = 100
LATE_RECORDS = 200
SETTLE_S = 10.0
"""Clients poll less often once nothing has come for some seconds."""


@dataclass(frozen=True)
class Figures:
    """What one run measured. CPU in milliseconds a job, by group of processes.

    Attributes:
        bytes_per_job: On disk, by what topics hold, and of the gateway's tables (SQLite).
        connections: To the one broker, by process.
    """

    jobs_per_s: float
    p50_ms: float
    p99_ms: float
    single_p50_ms: float
    late_p50_ms: float
    late_most_ms: float
    cpu_ms_per_job: dict[str, float]
    idle_cpu_percent: float
    rss_mb: dict[str, float]
    bytes_per_job: dict[str, int]
    connections: dict[str, int]


@click.command()
@click.option("--jobs", default=2000, show_default=True, help="Jobs of the load run.")
@click.option(
    "--under-way", default=192, show_default=True, help="Jobs at a time; 192 fill every slot."
)
@click.option("--single", default=50, show_default=True, help="Jobs run one at a time.")
@click.option("--idle-s", default=20.0, show_default=True, help="How long to watch it idle.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(jobs: int, under_way: int, single: int, idle_s: float, as_json: bool) -> None:
    """Measure a stack of its own, on free ports and in a folder that is thrown away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), "--with-demo") as stack,
    ):
        figures = asyncio.run(_measure(stack, jobs, under_way, single, idle_s))
    _print(figures)
    if as_json:
        click.echo(json.dumps(asdict(figures)))


async def _measure(
    stack: RunningStack, jobs: int, under_way: int, single: int, idle_s: float
) -> Figures:
    body = BODY.read_bytes()
    kafka = KafkaSettings(bootstrap_servers=stack.brokers)
    async with open_load(stack.gateway_url, kafka, body) as load:
        await load.many(WARM_UP_JOBS, under_way)
        one = await load.one_at_a_time(single)
        await asyncio.sleep(SETTLE_S)  # noqa: TID251 - what goes before is no part of idleness
        idle_begun = read_usage(stack.file)
        await asyncio.sleep(idle_s)  # noqa: TID251 - idleness is what is measured
        idle_ended = read_usage(stack.file)
        before, empty = read_usage(stack.file), read_footprint(stack.data_dir)
        seconds, latencies = await load.many(jobs, under_way)
        used = read_usage(stack.file).since(before)
        left = read_footprint(stack.data_dir).per_job(empty, jobs)
    late = await measure_lateness(kafka, body, LATE_RECORDS)
    calls = await measure_calls(body, f"http://{stack.address('demo-llm')}/v1", jobs, under_way)
    cpu = {group: round(cpu_s * 1000 / jobs, 2) for group, cpu_s in used.items()}
    return Figures(
        jobs_per_s=round(jobs / seconds, 1),
        p50_ms=latencies.percentile(50),
        p99_ms=latencies.percentile(99),
        single_p50_ms=one.percentile(50),
        late_p50_ms=late.percentile(50),
        late_most_ms=late.percentile(100),
        cpu_ms_per_job=cpu | {"floor": round(calls.bare, 2), "our calls": round(calls.ours, 2)},
        idle_cpu_percent=round(idle_percent(idle_begun, idle_ended), 2),
        rss_mb=resident_mb(stack.file),
        bytes_per_job=left,
        connections=count_connections(stack.file),
    )


def _print(figures: Figures) -> None:
    table = Table(
        "figure", "measured", "to reach", title="Demo model at 0 ms", title_justify="left"
    )
    cpu = figures.cpu_ms_per_job
    ours = cpu["agents"] + cpu["gateway"] + cpu["broker"]
    table.add_row("one job at a time, p50", f"{figures.single_p50_ms} ms", "<= 80 ms")
    table.add_row("throughput", f"{figures.jobs_per_s} jobs/s", ">= 60 jobs/s")
    table.add_row("under load, p50 / p99", f"{figures.p50_ms} / {figures.p99_ms} ms", "")
    late = f"{figures.late_p50_ms} / {figures.late_most_ms} ms"
    table.add_row("a retry after its tier, p50 / most", late, "<= 1,000 ms")
    for group, value in cpu.items():
        table.add_row(f"CPU a job, {group}", f"{value} ms", "")
    calls = cpu["our calls"] / cpu["floor"]
    table.add_row("a model call on our side", f"{calls:.2f} x the bare client's", "<= 1.3 x")
    table.add_row("agents + gateway + broker", f"{ours / cpu['floor']:.2f} x floor", "<= 2.5 x")
    table.add_row("idle stack", f"{figures.idle_cpu_percent} % of a core", "< 3 %")
    for name, value in figures.rss_mb.items():
        table.add_row(f"resident, {name}", f"{value} MiB", "" if name == "kafka" else "< 120 MB")
    for name, size in figures.bytes_per_job.items():
        table.add_row(f"on disk a job, {name}", f"{size:,} bytes", "")
    for name, count in figures.connections.items():
        table.add_row(f"connections to the broker, {name}", str(count), "")
    Console().print(table)


if __name__ == "__main__":
    main()
