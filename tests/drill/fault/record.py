"""Records that cannot be read, jobs that all fail, and a partition that gets all the work."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from schemas.job.job import Job, accept
from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import Headers, KafkaHeaders, encode_headers
from schemas.stage import StageName
from services.lifecycle.clock import utc_now
from tests.crash.drill import PLANETS
from tests.drill.fault.shape import Fault
from tests.drill.site import WELL, Site
from tests.pipeline.kafka_view import NAMES, KafkaView

REQUESTS = NAMES.requests(StageName.TABLE)
HEADERS: KafkaHeaders = encode_headers(Headers(schema=RECORD_SCHEMA))
PARTITIONS = list(range(6))
HOT_PARTITION = 0
HOT_RATE = 12.0
HOT_MS = 2_000
"""What a call takes meanwhile: a worker handles but so many records of one partition at a time.

So much that they wait for a minute, which is what explain goes by, soon after the alert fires.
"""
HOT_TENANT = "busy"
"""It has no webhook: one receiver that is told of so many jobs in order would be behind, too."""


@contextmanager
def _poison(site: Site) -> Iterator[None]:
    key = str(uuid4()).encode()
    asyncio.run(KafkaView(site.stack).publish(REQUESTS, key, b"\x00 not a record"))
    try:
        yield
    finally:
        site.discard_letters()


@contextmanager
def _flood(site: Site) -> Iterator[None]:
    """No answer is of the form that was asked for, so that every job becomes a dead letter."""
    site.demo.act(WELL | {"faults": {"schema": 1.0}})
    try:
        yield
    finally:
        site.demo.act(WELL)
        # One that is parked for a flood tries no more than a record in five minutes.
        for stage in site.find_parked():
            for worker in site.workers(stage):
                site.restart(worker)
        site.discard_letters()


@contextmanager
def _hot_key(site: Site) -> Iterator[None]:
    """Jobs of one partition come faster than its worker can handle them."""
    ended = Event()
    thread = Thread(target=lambda: asyncio.run(_publish_hot(site, ended)))
    site.demo.act(WELL | {"latencyMs": HOT_MS})
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        site.demo.act(WELL | {"latencyMs": 0})


async def _publish_hot(site: Site, ended: Event) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=site.stack.brokers)
    await producer.start()
    try:
        while not ended.wait(1 / HOT_RATE):
            job = _make_hot_job()
            value = StageRecord(job=job).to_json()
            await producer.send_and_wait(REQUESTS, value, job.key, headers=HEADERS)
    finally:
        await producer.stop()


def _make_hot_job() -> Job:
    request = SuggestionRequest.from_json(PLANETS).model_copy(update={"stages": (StageName.TABLE,)})
    while True:
        job = accept(request, uuid4(), utc_now(), HOT_TENANT)
        if DefaultPartitioner()(job.key, PARTITIONS, PARTITIONS) == HOT_PARTITION:
            return job


RECORD_FAULTS = (
    Fault("poison record", _poison, fires=("DeadLetters",), says="poison"),
    Fault(
        "flood of dead letters",
        _flood,
        fires=("DeadLetterRatioHigh",),
        says="dead letters",
        # The first is there within seconds; the others outlast what silences them.
        beside=("JobsFailing", "JobSuccessBurnHour", "JobSuccessBurnSixHours", "StageParked"),
        within="15m",
    ),
    Fault(
        "hot key",
        _hot_key,
        fires=("LagGrowing",),
        says="one partition",
        # A canary of that partition waits as its jobs do.
        beside=("CanaryStale", "JobLatencyBurn", "OldestJobTooOld"),
        within="40m",
    ),
)
