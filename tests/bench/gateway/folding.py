"""How fast topics become tables: by the projector, and by a rebuild beside them."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

from services.gateway.database.database import open_database
from services.gateway.local_rebuild import open_rebuild
from services.gateway.migration.upgrade import upgrade
from services.gateway.projection.projector import Projector
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import KafkaSettings, Publisher, open_admin, open_log_reader, open_publisher
from tests.bench.gateway.figure import Figure
from tests.fact_source import make_topics
from tests.unit.gateway.aside.mixed import KINDS, tell_job
from tests.unit.gateway.example import TOPICS, job

UNDER_WAY = 400
"""Jobs whose records are written at a time."""

ASKED = {"SQLite": ">= 3,000 a second", "PostgreSQL": ">= 2,000 a second"}
REBUILT, REBUILD_S = 100_000, 180.0
PREFIX_OF_EXAMPLES = TOPICS.prefix


async def write_jobs(kafka: KafkaSettings, jobs: int) -> None:
    """Write the records of mixed jobs, those of each in their order."""
    await make_topics(kafka)
    numbers = iter(range(jobs))
    async with open_publisher(kafka) as publisher:

        async def write() -> None:
            for number in numbers:
                await _write_job(publisher, kafka, number)

        await asyncio.gather(*(write() for _ in range(UNDER_WAY)))


async def _write_job(publisher: Publisher, kafka: KafkaSettings, number: int) -> None:
    one = job(uuid4())
    for record in tell_job(number % KINDS, one):
        topic = kafka.topic_prefix + record.topic.removeprefix(PREFIX_OF_EXAMPLES)
        await publisher.publish(topic, one.key, record.value, list(record.headers))


async def measure_folding(
    kafka: KafkaSettings, url: str, store: str, jobs: int
) -> AsyncIterator[Figure]:
    """Records a second of a projector that begins, then a rebuild of what it has filled."""
    records, seconds = await _project(kafka, url)
    yield Figure(f"{store}: projector", records / seconds, "records/s", ASKED[store])
    begun = time.perf_counter()
    async with open_rebuild(url, kafka, lambda done, total: None) as rebuild:
        report = await rebuild.compare()
    took_s = time.perf_counter() - begun
    assert report.is_equal, report.named
    asked = f"< {REBUILD_S * jobs / REBUILT:.3g} s"
    yield Figure(f"{store}: rebuild of {jobs:,} jobs, compared", took_s, "s", asked)


async def _project(kafka: KafkaSettings, url: str) -> tuple[int, float]:
    async with open_admin(kafka) as admin:
        cluster_id = await admin.cluster_id()
    roles = kafka.topics.roles
    async with (
        open_database(url) as database,
        open_log_reader(kafka, list(roles), is_placed=False) as reader,
    ):
        await database.write(upgrade)
        projector = Projector(reader, database, roles, ChangeNotifier())
        await projector.prepare(cluster_id)
        begun, records = time.perf_counter(), 0
        while not projector.is_caught_up:
            records += await projector.step()
        return records, time.perf_counter() - begun
