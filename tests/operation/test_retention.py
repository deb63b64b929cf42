"""What Kafka deletes before a stage takes it on is named, and no job of it waits for ever."""

import json
import urllib.request
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from schemas.api.status import JobState
from schemas.kafka.headers import ErrorKind
from schemas.kafka.topics import DEFAULT_PARTITIONS
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient, connect
from tests.crash.drill import all_completed, submit, submit_many
from tests.pipeline.command import run_brainshare
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.stack import RETRIES, RunningStack, running_stack, wait_until

BEFORE = 60
"""So many that every partition has an offset of the group, but for one time in ten thousand."""

JOBS = 8
DEADLINE_S = 20
ENDED_S = DEADLINE_S + 30.0
LOOKS = RETRIES | {"GATEWAY_PROBE_S": "1"}
LOOK_S, KNOWN_S, BACK_S = 60.0, 30.0, 120.0
BODY = {
    "tableId": "gone",
    "context": {"title": "Planets"},
    "stages": ["table"],
}
GONE = 'brainshare_stage_records_expired_total{stage="table"} '


async def delete_requests(stack: RunningStack) -> None:
    """What retention does, all at once: delete every request up to the end."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.brokers)
    await admin.start()
    try:
        topic = NAMES.requests(StageName.TABLE)
        partitions = [TopicPartition(topic, number) for number in range(DEFAULT_PARTITIONS)]
        await admin.delete_records(dict.fromkeys(partitions, RecordsToDelete(-1)))
    finally:
        await admin.close()


def post_many(gateway: CommandClient, deadline_s: int) -> list[str]:
    """Post jobs, and wait until the tables know them by what Kafka is about to delete."""
    body = json.dumps(BODY | {"deadlineS": deadline_s}).encode()
    ids = [str(gateway.jobs.post(body).job_id) for _ in range(JOBS)]
    wait_until(
        lambda: all([*gateway.jobs.history(job_id)] for job_id in ids), KNOWN_S, "all are known"
    )
    return ids


def count_gone(stack: RunningStack) -> float:
    with urllib.request.urlopen(f"{stack.gateway_url}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.removeprefix(GONE)) for line in lines if line.startswith(GONE))


def all_lost(gateway: CommandClient, ids: list[str]) -> bool:
    jobs = [gateway.jobs.get(job_id) for job_id in ids]
    kinds = {job.error.kind for job in jobs if job.status is JobState.FAILED and job.error}
    return all(job.status is JobState.FAILED for job in jobs) and kinds == {ErrorKind.LOST}


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_jobs_whose_records_are_deleted_while_their_stage_is_away_are_lost_by_name(
    tmp_path: Path,
) -> None:
    with (
        running_stack(tmp_path, env=LOOKS) as stack,
        connect(stack.gateway_url, retry_for_s=60) as gateway,
    ):
        env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
        submit_many(stack, BEFORE)
        wait_until(all_completed(gateway, BEFORE), BACK_S, "the jobs before are completed")
        await KafkaView(stack).until_consumed(StageName.TABLE)
        with stack.suspended("table-agent"):
            ids = post_many(gateway, DEADLINE_S)
            await delete_requests(stack)
            wait_until(lambda: all_lost(gateway, ids), ENDED_S, "every job is lost, by name")
            wait_until(lambda: count_gone(stack) == JOBS, LOOK_S, "what is gone is counted")
            audit = run_brainshare("audit", env=env)
            assert audit.returncode == 1
            assert f"deleted unread {JOBS}" in audit.stderr.decode()
        job_id = submit(stack.gateway_url)
        wait_until(
            lambda: gateway.jobs.get(job_id).status is JobState.COMPLETED, BACK_S, "new jobs work"
        )
        audit = run_brainshare("audit", "--json", env=env)
        assert json.loads(audit.stdout)["deletedBeforeEnded"] == JOBS


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_jobs_whose_records_are_deleted_go_on_from_the_tables_before_their_deadline(
    tmp_path: Path,
) -> None:
    with (
        running_stack(tmp_path, env=RETRIES) as stack,
        connect(stack.gateway_url, retry_for_s=60) as gateway,
    ):
        env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
        submit_many(stack, BEFORE)
        wait_until(all_completed(gateway, BEFORE), BACK_S, "the jobs before are completed")
        await KafkaView(stack).until_consumed(StageName.TABLE)
        with stack.suspended("table-agent"):
            ids = post_many(gateway, 3600)
            await delete_requests(stack)
            words = ("rehydrate", "--data-dir", str(tmp_path), "--json")
            rehydrated = run_brainshare(*words, env=env)
            assert rehydrated.returncode == 0, rehydrated.stderr.decode()
            assert json.loads(rehydrated.stdout)["jobs"] == JOBS
        wait_until(all_completed(gateway, BEFORE + JOBS), BACK_S, "they are completed")
        assert {gateway.jobs.get(one).status for one in ids} == {JobState.COMPLETED}
