"""Outages: of the model, of the broker, and of the forwarder while records wait."""

import time
from pathlib import Path

import pytest

from schemas.api.status import JobState, StageState
from schemas.kafka.headers import decode_headers
from schemas.kafka.retry_tier import read_tiers
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient, connect
from services.kafka import ConsumedRecord, KafkaSettings, open_log_reader
from tests.crash.drill import Damage, all_completed, count, count_damage, submit_many
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS, MANY_JOBS = 60, 500
OUTAGE_S, LONG_OUTAGE_S = 6.0, 600.0
TIERS = "4s,5s"
DELAY_MS = 4_000


@pytest.mark.timeout(1_200)
def test_an_outage_of_the_model_costs_no_job_and_leaves_no_dead_letter(
    tmp_path: Path, damages: list[Damage], is_long: bool
) -> None:
    jobs, outage_s = (MANY_JOBS, LONG_OUTAGE_S) if is_long else (JOBS, OUTAGE_S)
    with running_stack(tmp_path, "--with-demo", env=RETRIES) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave("503")
        ends_at = time.monotonic() + outage_s
        submit_many(stack, jobs)
        wait_until(lambda: time.monotonic() > ends_at, outage_s + 60, "the outage is over")
        demo.be_well()
        turned_away = demo.count_faults("503")
        with connect(stack.gateway_url) as gateway:
            wait_until(all_completed(gateway, jobs), 240, "all jobs are completed")
            assert gateway.dead_letters.page(state="resolved").dead_letters == ()
            assert count(gateway, JobState.COMPLETED) == jobs
        calls = demo.calls_begun - turned_away
        damages.append(count_damage(stack, f"outage {outage_s:g} s", jobs, calls))


@pytest.mark.timeout(200)
async def test_waiting_records_outlive_forwarder_and_broker_and_are_never_early(
    tmp_path: Path,
) -> None:
    env = {"RETRY_TIERS": TIERS}
    with running_stack(tmp_path, "--with-demo", env=env) as stack:
        demo = DemoServer(f"http://{stack.address('demo-llm')}")
        demo.misbehave("402", at_most=5)
        submit_many(stack, 5)
        with connect(stack.gateway_url) as gateway:
            wait_until(lambda: is_any_waiting(gateway), 30, "a record waits")
        for name in ("table-agent", "kafka"):
            dead = stack.kill(name)
            wait_until(lambda n=name, d=dead: stack.pid(n) != d, 60, f"{name} is back")  # type: ignore[misc]
        with connect(stack.gateway_url, retry_for_s=60) as gateway:
            wait_until(all_completed(gateway, 5), 90, "all jobs are completed")
        waited_ms = await read_waits_ms(stack)
        assert waited_ms
        assert min(waited_ms) >= DELAY_MS


def is_any_waiting(gateway: CommandClient) -> bool:
    """Whether a record is in a tier: a call that has failed may yet be cut off before that."""
    stages = (job.stages[0] for job in gateway.jobs.page().jobs)
    return any(stage.state is StageState.WAITING for stage in stages)


async def read_waits_ms(stack: RunningStack) -> list[int]:
    """How long each record has waited in the first tier, by the broker's clock."""
    names = TopicNames(tiers=read_tiers(TIERS))
    retry, requests = names.retry(StageName.TABLE, names.tiers[0]), names.requests(StageName.TABLE)
    settings = KafkaSettings(bootstrap_servers=stack.brokers, retry_tiers=TIERS)
    records = await read_all(settings, [retry, requests])
    waiting = {tell_apart(r): r.timestamp_ms for r in records if r.topic == retry}
    again = [r for r in records if r.topic == requests and tell_apart(r)[1]]
    return [r.timestamp_ms - waiting[tell_apart(r)] for r in again]


def tell_apart(record: ConsumedRecord) -> tuple[bytes | None, int | None]:
    """The job, and for when it was put off."""
    return record.key, decode_headers(record.headers).not_before_ms


async def read_all(settings: KafkaSettings, topics: list[str]) -> list[ConsumedRecord]:
    """Every record of some topics."""
    async with open_log_reader(settings, topics) as reader:
        batches = reader.read_to(await reader.end_offsets(), 1_000)
        return [record async for batch in batches for record in batch]
