"""The audit finds what is off on a stack of its own: other tests break records on purpose."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from schemas.kafka.topics import DEFAULT_PARTITIONS
from schemas.stage import StageName
from services.cli.client.command_client import connect
from services.cli.client.following import follow
from services.cli.supervisor.environment import inherited_env
from services.kafka import ConsumedRecord
from tests.factory import consumed, make_record
from tests.pipeline.command import run_brainshare
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.pipeline.test_main_job import PLANETS
from tests.stack import ROOT, RunningStack, running_stack, wait_until

pytestmark = pytest.mark.timeout(120)

NAMED_WITHIN_S = 10.0
STRAY = UUID("00000000-0000-4000-8000-00000000dead")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("audit")) as running:
        yield running


@pytest.fixture(scope="module")
def jobs(own_stack: RunningStack) -> list[str]:
    """Five completed jobs."""
    with connect(own_stack.gateway_url) as gateway:
        posted = [str(gateway.jobs.post(PLANETS).job_id) for _ in range(5)]
        assert [list(follow(gateway, job))[-1].status.value for job in posted] == ["completed"] * 5
    return posted


def run_audit(stack: RunningStack, *options: str) -> subprocess.CompletedProcess[bytes]:
    begun = time.monotonic()
    done = run_brainshare("audit", "-q", *options, env={"BRAINSHARE_DATA_DIR": str(stack.data_dir)})
    assert time.monotonic() - begun < NAMED_WITHIN_S
    return done


@contextmanager
def watching(
    stack: RunningStack, status: int, errors: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[IO[bytes]]:
    """What `audit --watch --json` prints, until Ctrl-C, which ends it with this status."""
    watch = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "audit", "--watch", "--json"],
        cwd=ROOT,
        env=inherited_env() | {"BRAINSHARE_DATA_DIR": str(stack.data_dir)},
        stdout=subprocess.PIPE,
        stderr=errors,
    )
    assert watch.stdout is not None
    with watch, watch.stdout:
        try:
            yield watch.stdout
            watch.send_signal(signal.SIGINT)
            assert watch.wait(NAMED_WITHIN_S) == status
        finally:
            watch.kill()


def named(stack: RunningStack) -> set[tuple[str, str]]:
    found = run_audit(stack, "--json")
    report: dict[str, Any] = json.loads(found.stdout)
    assert (found.returncode, report["ok"]) == (1, False)
    return names(report)


def names(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["wrong"], item["jobId"]) for item in report["jobs"]}


def find(view: KafkaView, topic: str, job: str) -> ConsumedRecord:
    return asyncio.run(view.expect(topic, lambda record: record.key == job.encode()))


async def delete_up_to(stack: RunningStack, record: ConsumedRecord) -> None:
    """Delete a record, and what is before it in its partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.brokers)
    await admin.start()
    try:
        place = TopicPartition(record.topic, record.partition)
        await admin.delete_records({place: RecordsToDelete(record.offset + 1)})
    finally:
        await admin.close()


def test_it_is_clean_while_jobs_run_and_when_they_are_done(
    own_stack: RunningStack, jobs: list[str]
) -> None:
    with connect(own_stack.gateway_url) as gateway:
        more = [str(gateway.jobs.post(PLANETS).job_id) for _ in range(40)]
        during = run_audit(own_stack, "--json")
        for job in more:
            assert [*follow(gateway, job)][-1].status.value == "completed"
    assert (during.returncode, json.loads(during.stdout)["ok"]) == (0, True)

    clean = run_audit(own_stack)
    assert (clean.returncode, clean.stderr) == (0, b"")
    assert b"accepted 45 = completed 45 + failed 0 + cancelled 0 + open 0" in clean.stdout


@contextmanager
def supervisor_held(stack: RunningStack) -> Iterator[None]:
    """What dies meanwhile stays dead: back within a look, it would not be missed."""
    stack.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stack.process.send_signal(signal.SIGCONT)


def test_a_log_that_ends_in_the_marker_of_a_transaction_is_read_to_its_end(
    own_stack: RunningStack, jobs: list[str]
) -> None:
    asyncio.run(abort_transaction(own_stack))
    assert run_audit(own_stack).returncode == 0


async def abort_transaction(stack: RunningStack) -> None:
    """Let each partition of the events end in what another client has taken back."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.brokers, transactional_id="stranger")
    await producer.start()
    try:
        await producer.begin_transaction()
        for partition in range(DEFAULT_PARTITIONS):
            await producer.send_and_wait(NAMES.events, value=b"{}", partition=partition)
        await producer.abort_transaction()
    finally:
        await producer.stop()


def test_a_watch_waits_for_a_broker_that_goes_away(
    own_stack: RunningStack, jobs: list[str], tmp_path: Path
) -> None:
    with (tmp_path / "errors").open("wb") as errors, watching(own_stack, 0, errors) as looks:
        assert json.loads(looks.readline())["ok"]
        with supervisor_held(own_stack):
            own_stack.kill("kafka")
            wait_until(lambda: b"waiting" in (tmp_path / "errors").read_bytes(), 60, "it says so")
        wait_until(lambda: b"again" in (tmp_path / "errors").read_bytes(), 60, "it goes on")
        assert json.loads(looks.readline())["ok"]
    said = (tmp_path / "errors").read_text().splitlines()
    assert [line.startswith("audit: ") for line in said] == [True, True]


def test_an_answer_after_a_second_start_is_only_noted(
    own_stack: RunningStack, jobs: list[str]
) -> None:
    """As after a kill: the worker that was taken for dead has published its answer, too."""
    view, job = KafkaView(own_stack), jobs[3]
    for topic in (NAMES.events, NAMES.suggestions(StageName.TABLE)):
        asyncio.run(publish_again(view, find(view, topic, job)))
    report = json.loads(run_audit(own_stack, "--json").stdout)
    assert (report["ok"], report["answeredTwice"]) == (True, 1)
    told = run_audit(own_stack)
    assert (told.returncode, told.stderr) == (0, b"")
    noted = f"answered twice {job}: two suggestions of the table stage, begun twice"
    assert noted in told.stdout.decode()


async def publish_again(view: KafkaView, record: ConsumedRecord) -> None:
    await view.publish(record.topic, record.key or b"", record.value, list(record.headers))


def test_it_names_a_doubled_record_then_a_stray_one_then_removed_ones(
    own_stack: RunningStack, jobs: list[str]
) -> None:
    """One test, since each part goes on from the topics that the one before has left."""
    view, topic = KafkaView(own_stack), NAMES.suggestions(StageName.TABLE)
    asyncio.run(publish_again(view, find(view, topic, jobs[2])))
    off = {("duplicated", jobs[2])}
    assert named(own_stack) == off

    good = make_record()
    stray = good.model_copy(update={"job": good.job.model_copy(update={"job_id": STRAY})})
    last = NAMES.suggestions(StageName.ROW)
    headers = list(consumed(b"").headers)
    asyncio.run(view.publish(last, stray.job.key, stray.to_json(), headers))
    off |= {("orphaned", str(STRAY))}
    assert named(own_stack) == off

    told = run_audit(own_stack)
    assert told.stderr.decode().startswith("error: accepted ")
    assert f"orphaned {STRAY}: no record has accepted it" in told.stdout.decode()

    asyncio.run(delete_up_to(own_stack, find(view, last, jobs[0])))
    assert named(own_stack) >= {("lost", jobs[0])}


def test_a_watch_names_a_record_removed_after_it_was_counted(
    own_stack: RunningStack, jobs: list[str]
) -> None:
    accept = find(KafkaView(own_stack), NAMES.requests(StageName.TABLE), jobs[1])
    with watching(own_stack, 1) as looks:
        assert ("orphaned", jobs[1]) not in names(json.loads(looks.readline()))
        begun = time.monotonic()
        asyncio.run(delete_up_to(own_stack, accept))
        while ("orphaned", jobs[1]) not in names(json.loads(looks.readline())):
            assert time.monotonic() - begun < NAMED_WITHIN_S
        assert time.monotonic() - begun < NAMED_WITHIN_S


def test_without_a_broker_it_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    env = {
        "BRAINSHARE_DATA_DIR": str(tmp_path_factory.mktemp("empty")),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    }
    told = run_brainshare("audit", env=env)
    assert (told.returncode, told.stdout) == (1, b"")
    assert "error: no Kafka broker answers at 127.0.0.1:9: start one" in told.stderr.decode()
