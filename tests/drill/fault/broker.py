"""Kafka and what it stands on: away, without room, or with records that are gone."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from schemas.canary import CANARY_TENANT
from schemas.stage import StageName
from services.kafka import KafkaSettings, open_log_reader
from tests.drill.fault.process import standing_still
from tests.drill.fault.shape import Fault
from tests.drill.site import Site
from tests.operation.soak.fault.process import suspended
from tests.operation.test_database_trouble import DATABASE, locked
from tests.operation.test_full_disk import filled
from tests.pipeline.kafka_view import NAMES
from tests.stack import wait_until

LATE_S = 60.0
OPEN = """select count(*) from jobs
where tenant %s ? and status in ('pending', 'running', 'cancelling')"""


@contextmanager
def _full_disk(site: Site) -> Iterator[None]:
    with filled(site.disk):
        yield


@contextmanager
def _locked_database(site: Site) -> Iterator[None]:
    with locked(site.stack.data_dir / DATABASE):
        yield


@contextmanager
def _lost_canary(site: Site) -> Iterator[None]:
    """The record of a canary is deleted before its stage has read it."""
    with site.load.held():
        wait_until(lambda: not _count_open(site, "!="), LATE_S, "no job of a user is open")
        workers = site.workers("row")
        pids = [site.stack.pid(worker) for worker in workers]
        with suspended(pids[0]), suspended(pids[-1]):
            wait_until(lambda: _is_waiting(site), LATE_S, "a canary waits for the last stage")
            for worker in workers:
                site.stack.kill(worker)
            asyncio.run(_delete_all(site, NAMES.suggestions(StageName.COLUMN)))
    try:
        yield
    finally:
        site.restart("gateway")


def _count_open(site: Site, sign: str) -> int:
    with closing(sqlite3.connect(site.stack.data_dir / DATABASE)) as database:
        (count,) = database.execute(OPEN % sign, (CANARY_TENANT,)).fetchone()
    return int(count)


def _is_waiting(site: Site) -> bool:
    lag = 'brainshare_consumer_lag_records{stage="row",topic_kind!="retries"} > 0'
    return bool(_count_open(site, "=") and site.prometheus.query(lag))


async def _delete_all(site: Site, topic: str) -> None:
    settings = KafkaSettings(bootstrap_servers=site.stack.brokers)
    async with open_log_reader(settings, [topic]) as reader:
        ends = await reader.end_offsets()
    admin = AIOKafkaAdminClient(bootstrap_servers=site.stack.brokers)
    await admin.start()
    try:
        await admin.delete_records(
            {TopicPartition(*at): RecordsToDelete(end) for at, end in ends.items() if end}
        )
    finally:
        await admin.close()


BROKER_FAULTS = (
    Fault(
        "broker down",
        standing_still("kafka"),
        fires=("BrokerAway",),
        says="Kafka does not answer",
    ),
    Fault(
        "disk full",
        _full_disk,
        fires=("BrokerAway",),
        says="the disk of",
        beside=("DatabaseAway", "TargetDown"),
    ),
    Fault(
        "database locked",
        _locked_database,
        fires=("DatabaseAway",),
        says="database is locked",
    ),
)
LOSS_FAULTS = (
    Fault(
        "canary lost",
        _lost_canary,
        fires=("CanaryStale",),
        says="deleted",
        beside=("LogLost", "RecordsLost", "StageDown", "TargetDown"),
    ),
)
