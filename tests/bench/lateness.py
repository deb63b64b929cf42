"""How late a retry forwarder is: from when a record is due to its append in the requests."""

import asyncio
from uuid import uuid4

from schemas.job.job import Job, accept
from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from services.kafka import KafkaSettings, open_log_reader, open_publisher
from services.lifecycle.clock import utc_now
from tests.bench.load import Latencies

STAGE = StageName.TABLE
READ_S = 1.0
GAP_S = 0.02
LATE_S = 30.0


async def measure_lateness(kafka: KafkaSettings, body: bytes, count: int) -> Latencies:
    """Put records into the shortest tier, a few at a time. Timed by the broker's clock."""
    names = kafka.topics
    tier = names.tiers[0]
    topics = [names.retry(STAGE, tier), names.requests(STAGE)]
    request = SuggestionRequest.from_json(body)
    jobs = [accept(request, uuid4(), utc_now()) for _ in range(count)]
    seen: dict[bytes, dict[str, int]] = {job.key: {} for job in jobs}
    async with open_log_reader(kafka, topics) as reader:
        await reader.seek(await reader.end_offsets())
        await _publish(kafka, jobs)
        async with asyncio.timeout(tier.delay_s + LATE_S):
            while any(len(times) < len(topics) for times in seen.values()):
                for record in await reader.read(READ_S, count):
                    if record.key in seen:
                        seen[record.key][record.topic] = record.timestamp_ms
    waiting, again = topics
    due_ms = tier.delay_s * 1000
    return Latencies(sorted(times[again] - times[waiting] - due_ms for times in seen.values()))


async def _publish(kafka: KafkaSettings, jobs: list[Job]) -> None:
    headers = encode_headers(Headers(schema=RECORD_SCHEMA, attempt=2))
    topic = kafka.topics.retry(STAGE, kafka.topics.tiers[0])
    async with open_publisher(kafka) as publisher:
        for job in jobs:
            await publisher.publish(topic, job.key, StageRecord(job=job).to_json(), headers)
            await asyncio.sleep(GAP_S)  # noqa: TID251 - so that they are due one after the other
