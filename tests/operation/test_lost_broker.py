"""A broker loses all that it held in mid-run: jobs go on from files, or from the tables."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from schemas.api.status import JobState
from schemas.stage import STAGE_ORDER
from services.cli.client.command_client import CommandClient, connect
from services.kafka import KafkaSettings, open_log_reader
from tests.bench.command import own_broker
from tests.crash.drill import FINAL_S, submit_many
from tests.operation.measure import Measure
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

pytestmark = [pytest.mark.timeout(600), pytest.mark.long]

EARLY, OPEN = 6, 12
SLOW_MS = 2_000
COMMAND_S = 120.0
BATCH = 500
STAGES = len(STAGE_ORDER)
LEFT = {stage.value: STAGES - at for at, stage in enumerate(STAGE_ORDER)}
"""How many calls a job takes that stands before a stage."""


def test_open_jobs_go_on_from_the_tables(tmp_path: Path, measures: list[Measure]) -> None:
    """Every accepted job completes, no finished stage is called again, histories stay."""
    folder = tmp_path / "stack"
    with running_stack(folder, "--with-demo", env=RETRIES) as stack:
        ids, answered, facts = fill(stack)
    with lost_broker(folder) as address:
        run(folder, address, "topics", "apply")
        report = run(folder, address, "rehydrate", "--json")
    assert report["withoutInput"] == {}
    assert report["isAdopted"]
    with running_stack(folder, "--with-demo", env=RETRIES) as stack:
        calls = go_on(stack, ids)
        assert_readable(stack, facts)
        again = run(folder, stack.brokers, "rehydrate", "--json")
        assert (again["jobs"], again["isAdopted"]) == (0, False)
    needed = sum(count * LEFT[stage] for stage, count in report["stages"].items())
    told = f"{report['jobs']} open jobs went on, {calls} calls for {needed}"
    measures.append(Measure("a broker's data is lost, rehydrate", "no stage twice", told))
    assert calls <= needed <= STAGES * len(ids) - answered


def test_everything_goes_on_from_files(tmp_path: Path, measures: list[Measure]) -> None:
    """A backup in mid-run, restored: what it holds completes, and nothing is paid again."""
    folder, archive = tmp_path / "stack", str(tmp_path / "archive")
    with running_stack(folder, "--with-demo", env=RETRIES) as stack:
        ids, answered, facts = fill(stack)
        run(folder, stack.brokers, "backup", archive, "--json")
    with lost_broker(folder) as address:
        run(folder, address, "restore", archive, "--json")
        restored = asyncio.run(count_restored(address))
    with running_stack(folder, "--with-demo", env=RETRIES) as stack:
        calls = go_on(stack, ids)
        assert_readable(stack, facts)
    needed = STAGES * len(ids) - restored
    told = f"{restored} answers restored, {calls} calls for {needed}"
    measures.append(Measure("a broker's data is lost, restore", "no answer twice", told))
    assert restored >= answered
    assert calls <= needed


def fill(stack: RunningStack) -> tuple[list[str], int, dict[str, int]]:
    """Some jobs completed and others under way: their ids, stages answered, facts of each."""
    demo = DemoServer(f"http://{stack.address('demo-llm')}")
    ids = submit_many(stack, EARLY)
    with connect(stack.gateway_url) as gateway:
        until_all(gateway, ids)
        demo.misbehave(latency_ms=SLOW_MS)
        ids += submit_many(stack, OPEN)
        wait_until(lambda: count_answered(gateway, ids[EARLY:]), FINAL_S, "some have an answer")
        answered = count_answered(gateway, ids)
        return ids, answered, {job_id: count_facts(gateway, job_id) for job_id in ids}


def go_on(stack: RunningStack, ids: list[str]) -> int:
    """Wait until all have completed, and say how many calls that took."""
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        until_all(gateway, ids)
    return DemoServer(f"http://{stack.address('demo-llm')}").calls_begun


def until_all(gateway: CommandClient, ids: list[str]) -> None:
    def are_completed() -> bool:
        return all(gateway.jobs.get(one).status is JobState.COMPLETED for one in ids)

    wait_until(are_completed, FINAL_S, f"{len(ids)} jobs have completed")


def count_answered(gateway: CommandClient, ids: list[str]) -> int:
    stages = (stage for one in ids for stage in gateway.jobs.get(one).stages)
    return sum(stage.state == "completed" for stage in stages)


def assert_readable(stack: RunningStack, facts: dict[str, int]) -> None:
    """Each job has its result, and of its history no less than before."""
    with connect(stack.gateway_url) as gateway:
        kept = {job_id: count_facts(gateway, job_id) for job_id in facts}
        assert {one: count for one, count in kept.items() if count < facts[one]} == {}
        assert all(gateway.jobs.result(job_id).rows for job_id in facts)


async def count_restored(address: str) -> int:
    """How many answers of stages the topics hold, each once."""
    kafka = KafkaSettings(bootstrap_servers=address)
    topics = [kafka.topics.suggestions(stage) for stage in STAGE_ORDER]
    found = set[tuple[str, bytes | None]]()
    async with open_log_reader(kafka, topics) as reader:
        async for records in reader.read_to(await reader.end_offsets(), BATCH):
            found |= {(record.topic, record.key) for record in records}
    return len(found)


def count_facts(gateway: CommandClient, job_id: str) -> int:
    return len([*gateway.jobs.history(job_id)])


@contextmanager
def lost_broker(folder: Path) -> Iterator[str]:
    """The address of a new broker of the stack, alone: the one before has lost everything."""
    shutil.rmtree(folder / "kafka")
    with own_broker(folder) as address:
        yield address


def run(folder: Path, address: str, *words: str) -> Any:
    """What a command on the folder's tables and a broker says to programs."""
    env = {"BRAINSHARE_DATA_DIR": str(folder), "KAFKA_BOOTSTRAP_SERVERS": address, **RETRIES}
    done = run_brainshare(*words, env=env, timeout_s=COMMAND_S)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout) if "--json" in words else None
