"""Many watchers and endpoints through kills of gateways: each fact once and in order.

Two gateways on PostgreSQL, of whose topics no agent knows: facts come at a steady rate, all jobs
end in the middle of the kills, and one endpoint is away until they are over.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from tests.crowd import Watcher, open_crowd
from tests.fact_source import FactSource, make_topics, open_fact_source, read_settings
from tests.gateways import START_S, RoundRobin, kill_in_turn, running_gateways
from tests.operation.measure import Measure
from tests.pipeline.webhook_endpoint import WEBHOOKS, Endpoint, open_endpoint
from tests.postgres import running_postgres
from tests.stack import running_stack, wait_until

WATCHERS, ENDPOINTS, JOBS = 1_000, 20, 100
KILL_S = 32.0
FACTS_S, RATE = 15.0, 40.0
ARRIVES_S = 300.0
SETTINGS = WEBHOOKS | {
    "GATEWAY_STREAMS": "10000",
    "GATEWAY_WEBHOOK_DELAYS": "1s,1m,5m,30m,1h",
}
"""A delivery that was due five times in vain steps aside: the absence here is no such one."""


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_each_watcher_has_each_fact_and_each_endpoint_each_job_in_order(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with ExitStack() as opened:
        stack = opened.enter_context(running_stack(tmp_path / "stack", "--with-demo"))
        asyncio.run(make_topics(read_settings(stack.brokers)))
        database = opened.enter_context(running_postgres()).url("postgres")
        prefix = {"KAFKA_TOPIC_PREFIX": read_settings(stack.brokers).topic_prefix}
        robin = opened.enter_context(running_gateways(stack, database, tmp_path, SETTINGS | prefix))
        url = robin.gateways[0].url
        endpoints = [opened.enter_context(open_endpoint(url)) for _ in range(ENDPOINTS)]
        opened.callback(wait_for_both, robin)  # they are asked to let the endpoints go
        endpoints[0].receiver.stop()
        watchers, told, kills = watch_through_kills(stack.brokers, robin)
        wait_for_both(robin)
        endpoints[0].receiver.start()
        webhooks = [list_arrived(endpoint, set(told)) for endpoint in endpoints]
    incomplete = [one for one in watchers if not one.is_whole(told[one.job_id])]
    assert incomplete == []
    cuts = sum(one.cuts for one in watchers)
    assert cuts >= WATCHERS  # each was cut off at least once
    facts = sum(len(one.numbers) for one in watchers)
    measures.append(
        Measure(
            f"{WATCHERS} watchers and {ENDPOINTS} endpoints, two gateways, one killed every 5 s",
            "each fact once and in order; each webhook's sequence without a gap",
            f"{kills} kills, {cuts:,} streams cut; {facts:,} facts, each once and in order;"
            f" {JOBS * ENDPOINTS:,} deliveries in {sum(webhooks):,} requests, {JOBS} of them"
            " to an endpoint that was away",
        )
    )


def watch_through_kills(
    brokers: str, robin: RoundRobin
) -> tuple[Sequence[Watcher], dict[str, int], int]:
    """Follow jobs while gateways are killed; say what was seen and told, and how many kills."""
    all_watch = Event()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(asyncio.run, watch_to_the_end(brokers, robin, all_watch))
        assert all_watch.wait(ARRIVES_S)
        # Here and not there: a gateway dies with the thread that has started it.
        kills = kill_in_turn(robin, KILL_S)
        watchers, told = watching.result(ARRIVES_S)
    return watchers, told, kills


async def watch_to_the_end(
    brokers: str, robin: RoundRobin, all_watch: Event
) -> tuple[Sequence[Watcher], dict[str, int]]:
    """Follow jobs, of which facts are told once all watch, and say what was seen and told."""
    async with (
        open_fact_source(brokers) as source,
        open_crowd(robin.pick_url, robin.take_out_url) as crowd,
    ):
        ids = await source.begin(JOBS)
        watchers = [Watcher(ids[n % JOBS]) for n in range(WATCHERS)]
        following = [asyncio.create_task(crowd.follow(one)) for one in watchers]
        for _ in watchers:
            await asyncio.wait_for(crowd.connected.acquire(), ARRIVES_S)
        all_watch.set()
        await tell_to_the_end(source)
        await asyncio.wait_for(asyncio.gather(*following), ARRIVES_S)
        return watchers, source.told


async def tell_to_the_end(source: FactSource) -> None:
    """Tell facts of all jobs, then complete them."""
    await source.tell(FACTS_S, RATE)
    await source.end()


def wait_for_both(robin: RoundRobin) -> None:
    """Wait until the gateway that was killed last is back, of which nobody may have taken note."""
    for gateway in robin.gateways:
        wait_until(gateway.has_begun, START_S, f"{gateway.name} is ready again")


def list_arrived(endpoint: Endpoint, jobs: set[str]) -> int:
    """How many requests it took until an endpoint had each job once, in the order of its log."""
    found = endpoint.wait_for_end(ARRIVES_S)
    assert {one["state"] for one in found} == {"delivered"}
    assert {one["jobId"] for one in found} == jobs
    assert [one["sequence"] for one in found] == [*range(1, JOBS + 1)]
    assert list(dict.fromkeys(endpoint.receiver.ids)) == [one["id"] for one in found]
    assert endpoint.receiver.together == []
    return len(endpoint.receiver.received)
