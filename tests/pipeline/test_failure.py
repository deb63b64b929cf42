"""What fails becomes a dead letter that says why, and the agents go on."""

from uuid import uuid4

import pytest

from schemas.api.dead_letter import LetterState
from schemas.api.status import JobState, StageState
from schemas.job.record import StageRecord
from schemas.kafka.headers import ErrorKind, Headers, decode_headers, encode_headers
from schemas.stage import STAGE_ORDER, StageName
from services.cli.client.command_client import CommandClient
from services.cli.terminal.error import RequestRefused
from tests.factory import make_job
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RunningStack, wait_until

INPUTS = [(topic, stage) for stage in STAGE_ORDER for topic in NAMES.inputs(stage)]


@pytest.mark.parametrize(("topic", "stage"), INPUTS)
async def test_garbage_on_any_input_is_a_dead_letter_with_the_original_bytes(
    stack: RunningStack, gateway: CommandClient, topic: str, stage: StageName
) -> None:
    key, garbage = str(uuid4()).encode(), b"\x00\xff not a record " + topic.encode()
    kafka = KafkaView(stack)
    await kafka.publish(topic, key, garbage)
    letter = await kafka.expect(NAMES.dead_letters(stage), lambda record: record.key == key)
    headers = decode_headers(letter.headers)
    assert letter.value == garbage
    assert (headers.error_kind, headers.origin_topic) == (ErrorKind.POISON, topic)
    assert run(gateway, PLANETS).status is JobState.COMPLETED


async def test_a_record_without_value_or_key_does_not_stop_a_stage(
    stack: RunningStack, gateway: CommandClient
) -> None:
    kafka = KafkaView(stack)
    topic = NAMES.requests(StageName.TABLE)
    await kafka.publish(topic, b"", b"no key")
    await kafka.publish(topic, b"no-value", None)
    letter = await kafka.expect(
        NAMES.dead_letters(StageName.TABLE), lambda record: record.key == b"no-value"
    )
    assert letter.value is None
    assert run(gateway, PLANETS).status is JobState.COMPLETED


FAULTS = [
    ("nonsense", ErrorKind.OUTPUT_INVALID, "does not fit"),
    ("500", ErrorKind.PROVIDER, "answered 500"),
    ("reset", ErrorKind.PROVIDER, "dropped"),
    ("refusal", ErrorKind.REFUSED, "declined"),
    ("length", ErrorKind.OUTPUT_INVALID, "cut off"),
]


@pytest.mark.parametrize(("fault", "kind", "message"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_model_server_that_misbehaves_fails_the_job_readably(
    gateway: CommandClient, demo: DemoServer, fault: str, kind: ErrorKind, message: str
) -> None:
    demo.misbehave(fault)
    job = run(gateway, PLANETS)
    assert job.status is JobState.FAILED
    assert job.error is not None
    assert (job.error.stage, job.error.kind) == (StageName.TABLE, kind)
    assert message in job.error.message
    assert job.stages[0].state is StageState.FAILED
    demo.be_well()
    assert run(gateway, PLANETS).status is JobState.COMPLETED


def is_open(gateway: CommandClient, letter_id: str) -> bool:
    return letter_id in {letter.id for letter in gateway.dead_letters.page(limit=200).dead_letters}


def is_completed(gateway: CommandClient, job_id: str) -> bool:
    return gateway.jobs.get(job_id).status is JobState.COMPLETED


async def test_a_strangers_record_is_on_the_desk_and_can_be_discarded(
    stack: RunningStack, gateway: CommandClient
) -> None:
    key, kafka = f"stranger {uuid4()}".encode(), KafkaView(stack)
    await kafka.publish(NAMES.requests(StageName.TABLE), key, b"hello?")
    letter = await kafka.expect(
        NAMES.dead_letters(StageName.TABLE), lambda record: record.key == key
    )
    letter_id = f"{StageName.TABLE}-{letter.partition}-{letter.offset}"
    wait_until(lambda: is_open(gateway, letter_id), 20, "the letter is on the desk")
    assert gateway.dead_letters.get(letter_id).job_id is None
    with pytest.raises(RequestRefused, match="names no job"):
        gateway.dead_letters.redrive(letter_id)
    gateway.dead_letters.discard(letter_id, reason="a test")
    assert gateway.dead_letters.get(letter_id).state is LetterState.DISCARDED


def test_failed_jobs_are_put_back_together_and_complete(
    gateway: CommandClient, demo: DemoServer
) -> None:
    demo.misbehave("refusal")
    jobs = [str(run(gateway, PLANETS).job_id) for _ in range(3)]
    demo.be_well()
    result = gateway.dead_letters.redrive_many(kind=ErrorKind.REFUSED, limit=1000)
    assert set(jobs) <= {str(letter.job_id) for letter in result.dead_letters}
    wait_until(lambda: all(is_completed(gateway, job) for job in jobs), 20, "all have completed")


@pytest.mark.parametrize("stage", STAGE_ORDER)
async def test_a_duplicate_record_costs_no_call(
    stack: RunningStack, gateway: CommandClient, demo: DemoServer, stage: StageName
) -> None:
    job_id = run(gateway, PLANETS).job_id
    before = demo.calls_begun
    record, kafka = StageRecord(job=make_job(job_id)), KafkaView(stack)
    headers = encode_headers(Headers(schema="stage-record/1"))
    await kafka.publish(NAMES.requests(stage), record.job.key, record.to_json(), headers)
    await kafka.until_consumed(stage)
    assert demo.calls_begun == before
