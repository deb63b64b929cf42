"""Records of other Kafka clients are read, however they are compressed."""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from schemas.job.job import accept
from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.kafka import KafkaSettings
from services.lifecycle.clock import utc_now
from tests.stack import ROOT, RunningStack, wait_until

PLANETS = (ROOT / "tests" / "examples" / "new-planets.json").read_bytes()


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_job_that_another_client_has_compressed_completes(
    stack: RunningStack, gateway: CommandClient, codec: str
) -> None:
    """Agent, gateway and control listener read it: none may stop at it."""
    job = accept(SuggestionRequest.from_json(PLANETS), uuid4(), utc_now())
    topic = KafkaSettings().topics.requests(StageName.TABLE)
    headers = encode_headers(Headers(schema=RECORD_SCHEMA))
    producer = AIOKafkaProducer(bootstrap_servers=stack.brokers, compression_type=codec)
    await producer.start()
    try:
        value = StageRecord(job=job).to_json()
        await producer.send_and_wait(topic, value, job.key, headers=headers)
    finally:
        await producer.stop()
    job_id = str(job.job_id)
    wait_until(lambda: _is_known(gateway, job_id), 20, "the job is projected")
    wait_until(lambda: gateway.jobs.get(job_id).status.is_final, 20, "the job has ended")
    assert gateway.jobs.get(job_id).status == "completed"


def _is_known(gateway: CommandClient, job_id: str) -> bool:
    return job_id in {str(found.job_id) for found in gateway.jobs.page(limit=200).jobs}
