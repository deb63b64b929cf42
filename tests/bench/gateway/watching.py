"""What watchers get, and what they cost: how late, how complete, how much memory."""

import asyncio
from collections.abc import AsyncIterator

import psutil

from tests.bench.gateway.figure import Figure, percentile
from tests.crowd import Watcher, open_crowd
from tests.fact_source import FactSource

KIB = 1024
JOBS_PER = 10
"""Watchers of one job."""

END_S = 300.0


async def measure_watchers(
    url: str, pid: int, source: FactSource, watchers: int, rate: float, seconds: float
) -> AsyncIterator[Figure]:
    """Let watchers follow jobs of which facts are told at a rate."""
    gateway = psutil.Process(pid)
    async with open_crowd(lambda: url) as crowd:
        ids = await source.begin(max(1, watchers // JOBS_PER))
        before = gateway.memory_info().rss
        all_of_them = [Watcher(ids[n % len(ids)]) for n in range(watchers)]
        following = [asyncio.create_task(crowd.follow(one)) for one in all_of_them]
        for _ in all_of_them:
            await asyncio.wait_for(crowd.connected.acquire(), END_S)
        await source.tell(seconds, rate)
        each_kib = (gateway.memory_info().rss - before) / KIB / watchers
        await crowd.until_told(all_of_them, source.told, END_S)
        await source.end()
        await asyncio.wait_for(asyncio.gather(*following), END_S)
    delays = [delay for one in all_of_them for delay in one.delays_ms]
    gaps = sum(len({*range(1, source.told[w.job_id] + 1)} - {*w.numbers}) for w in all_of_them)
    repeats = sum(len(w.numbers) - len({*w.numbers}) for w in all_of_them)
    name = f"{watchers:,} watchers at {rate:g} events/s"
    yield Figure(f"{name}, delay p95", percentile(delays, 95), "ms", "<= 250 ms")
    yield Figure(f"{name}, gaps", gaps, "", "0")
    yield Figure(f"{name}, repeats", repeats, "", "0")
    yield Figure(f"{name}, memory each", each_kib, "KiB", "<= 60 KB")
