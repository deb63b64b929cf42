"""Topics that somebody deletes and makes again under a running stack cost what was in them only."""

import asyncio
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from schemas.api.status import JobState
from schemas.kafka.topics import DEFAULT_PARTITIONS
from schemas.stage import StageName
from services.cli.client.command_client import connect
from tests.crash.drill import submit_many, until_final
from tests.operation.measure import Measure
from tests.pipeline.command import run_brainshare
from tests.pipeline.kafka_view import NAMES
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

JOBS = 24
"""So many before and after: a new log has grown past what was read of the old one when it ends."""

MORE, KNOWN_S = DEFAULT_PARTITIONS + 3, 60.0
ASSIGNED = 'brainshare_partitions_assigned{stage="table"} '

TOPICS = {
    "requests": [NAMES.requests(StageName.TABLE)],
    "suggestions": [NAMES.suggestions(StageName.TABLE)],
    "retries": list(NAMES.retries(StageName.TABLE)),
    "events": [NAMES.events],
    "control": [NAMES.control],
    "all": [spec.name for spec in NAMES.all()],
}


async def delete(stack: RunningStack, topics: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.brokers)
    await admin.start()
    try:
        await admin.delete_topics(topics)
    finally:
        await admin.close()


async def add_partitions(stack: RunningStack, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.brokers)
    await admin.start()
    try:
        await admin.create_partitions({topic: NewPartitions(MORE)})
    finally:
        await admin.close()


def count_assigned(stack: RunningStack) -> float:
    """How many partitions the table agent says that it has."""
    with urllib.request.urlopen(f"http://{stack.address('table-agent')}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.removeprefix(ASSIGNED)) for line in lines if line.startswith(ASSIGNED))


def run_jobs(stack: RunningStack) -> Counter[str]:
    """Bring jobs to their end, and say which that was."""
    ids = submit_many(stack, JOBS)
    with connect(stack.gateway_url, retry_for_s=60) as gateway:
        for job_id in ids:
            until_final(gateway, job_id)
        return Counter(str(gateway.jobs.get(job_id).status) for job_id in ids)


@pytest.mark.long
@pytest.mark.timeout(180)
def test_jobs_complete_though_somebody_gives_a_topic_more_partitions(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_stack(tmp_path / "stack", env=RETRIES) as stack:
        before = run_jobs(stack)
        asyncio.run(add_partitions(stack, NAMES.requests(StageName.TABLE)))
        wait_until(lambda: count_assigned(stack) == MORE, KNOWN_S, "the agent has them")
        after = run_jobs(stack)
    measures.append(
        Measure(
            "a topic given more partitions under a running stack",
            "every later job is completed",
            f"{after[JobState.COMPLETED]} of {after.total()}",
        )
    )
    assert (before, after) == ({JobState.COMPLETED: JOBS}, {JobState.COMPLETED: JOBS})


@pytest.mark.long
@pytest.mark.timeout(900)
def test_jobs_complete_after_any_topic_was_deleted_and_made_again(
    tmp_path: Path, measures: list[Measure]
) -> None:
    told = {}
    with running_stack(tmp_path / "stack", env=RETRIES) as stack:
        env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
        for name, topics in TOPICS.items():
            assert run_jobs(stack) == {JobState.COMPLETED: JOBS}, name
            asyncio.run(delete(stack, topics))
            assert run_brainshare("topics", "apply", env=env).returncode == 0
            told[name] = run_jobs(stack)
    measures.append(
        Measure(
            "topics deleted and made again under a running stack",
            "every later job is completed",
            ", ".join(f"{name}: {states[JobState.COMPLETED]}" for name, states in told.items()),
        )
    )
    assert told == {name: {JobState.COMPLETED: JOBS} for name in TOPICS}
