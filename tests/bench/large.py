"""`make bench-large`: how long /healthz takes while large jobs are posted and watched.

Each round posts one job of 1 MB, which so many clients watch to its end, and ten more beside it.
The clients are a process of their own, so that the probe measures the gateway and not them.
"""

import asyncio
import json
import multiprocessing
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
import click

from schemas.api.status import JobStatus
from tests.bench.load import Latencies
from tests.stack import RunningStack, running_stack

ROWS, COLUMNS, CELL = 2000, 20, "x" * 21
PROBE_EVERY_S = 0.01
WATCH_S = 600.0


@dataclass(frozen=True)
class Figures:
    """/healthz in milliseconds while the load went on, and what the load was."""

    probes: int
    p50_ms: float
    p99_ms: float
    most_ms: float
    seconds: float
    posts: int
    watchers: int


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Jobs that are watched.")
@click.option("--watchers", default=100, show_default=True, help="Live streams of each of them.")
@click.option("--posts", default=10, show_default=True, help="Posts at a time beside them.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(rounds: int, watchers: int, posts: int, as_json: bool) -> None:
    """Measure a stack of its own, on free ports and in a folder that is thrown away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), "--with-demo") as stack,
    ):
        figures = measure(stack, rounds, watchers, posts)
    click.echo(
        f"/healthz under {posts} posts of 1 MB at a time and {watchers} watchers of one such job:"
        f" p50 {figures.p50_ms} ms, p99 {figures.p99_ms} ms (to reach: < 50), most"
        f" {figures.most_ms} ms; {figures.probes} probes in {figures.seconds} s"
    )
    if as_json:
        click.echo(json.dumps(asdict(figures)))


def measure(stack: RunningStack, rounds: int, watchers: int, posts: int) -> Figures:
    """Probe while another process posts and watches."""
    url = stack.gateway_url
    load = multiprocessing.get_context("spawn").Process(
        target=run_load, args=(url, rounds, watchers, posts)
    )
    begun = time.perf_counter()
    load.start()
    latencies = asyncio.run(_probe(url, load))
    load.join()
    assert load.exitcode == 0
    seconds = round(time.perf_counter() - begun, 1)
    return Figures(
        probes=len(latencies.values_ms),
        p50_ms=latencies.percentile(50),
        p99_ms=latencies.percentile(99),
        most_ms=latencies.percentile(100),
        seconds=seconds,
        posts=rounds * posts,
        watchers=watchers,
    )


async def _probe(url: str, load: multiprocessing.process.BaseProcess) -> Latencies:
    values = []
    async with aiohttp.ClientSession(url) as http:
        while load.is_alive():
            begun = time.perf_counter()
            async with http.get("/healthz") as response:
                await response.read()
            values.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(PROBE_EVERY_S)  # noqa: TID251 - the probe's interval
    return Latencies(sorted(values))


def run_load(url: str, rounds: int, watchers: int, posts: int) -> None:
    """Post and watch, round by round. Runs in a process of its own."""
    asyncio.run(_load(url, rounds, watchers, posts))


async def _load(url: str, rounds: int, watchers: int, posts: int) -> None:
    body, connector = make_body(), aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(WATCH_S)
    async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as http:
        for _ in range(rounds):
            job = await _post(http, body)
            await asyncio.gather(
                *(_watch(http, job.links.events) for _ in range(watchers)),
                *(_post(http, body) for _ in range(posts)),
            )


async def _post(http: aiohttp.ClientSession, body: bytes) -> JobStatus:
    headers = {"Content-Type": "application/json"}
    async with http.post("/v1/jobs", data=body, headers=headers) as response:
        assert response.status == 202, await response.text()
        return JobStatus.from_json(await response.read())


async def _watch(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path, headers={"Accept": "text/event-stream"}) as response:
        assert response.status == 200, await response.text()
        async for _ in response.content.iter_any():
            pass


def make_body() -> bytes:
    """A table of 1 MB, as large as a request may be."""
    columns = [{"name": f"column {number}"} for number in range(COLUMNS)]
    rows = [{"cells": [CELL] * COLUMNS} for _ in range(ROWS)]
    context = {"title": "Large", "columns": columns, "rows": rows}
    return json.dumps({"tableId": "tbl_large", "context": context}).encode()


if __name__ == "__main__":
    main()
