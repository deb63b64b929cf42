"""A database that somebody else holds, and records that no client of ours would write."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from schemas.job.job import Job, accept
from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.lifecycle.clock import utc_now
from tests.crash.drill import PLANETS
from tests.operation.soak.plan import Kind, Lane
from tests.operation.soak.site import Site
from tests.operation.test_database_trouble import DATABASE, locked

NAMES = TopicNames()
REQUESTS = NAMES.requests(StageName.TABLE)
SCHEMA: KafkaHeaders = [("schema", RECORD_SCHEMA.encode())]
CODECS = ("gzip", "snappy", "lz4", "zstd")


@dataclass(frozen=True)
class Odd:
    """A record of a stranger. Without a key it speaks of no job."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: KafkaHeaders = field(default_factory=list)


def _new_job() -> Job:
    return accept(SuggestionRequest.from_json(PLANETS), uuid4(), utc_now())


def _without_zone(chance: random.Random) -> list[Odd]:
    job = _new_job()
    record: dict[str, Any] = json.loads(StageRecord(job=job).to_json())
    record["job"]["acceptedAt"] = "2026-11-26T10:00:00"
    return [Odd(REQUESTS, job.key, json.dumps(record).encode(), SCHEMA)]


def _junk(chance: random.Random) -> list[Odd]:
    junk = chance.randbytes(200)
    silent = (NAMES.events, *(NAMES.requests(stage) for stage in StageName))
    return [
        *(Odd(topic, None, junk) for topic in silent),
        Odd(REQUESTS, str(uuid4()).encode(), junk),
        Odd(REQUESTS, str(uuid4()).encode(), None),
    ]


def _absurd_headers(chance: random.Random) -> list[Odd]:
    absurd: list[KafkaHeaders] = [
        [("attempt", b"-1")],
        [("attempt", b"\xff\xfe")],
        [("not-before-ms", b"9" * 30)],
        [("deadline-ms", b"nan")],
        [("origin-offset", b"1e400")],
    ]
    jobs = [_new_job() for _ in absurd]
    return [
        Odd(REQUESTS, job.key, StageRecord(job=job).to_json(), [*SCHEMA, *headers])
        for job, headers in zip(jobs, absurd, strict=True)
    ]


def _whole(chance: random.Random) -> list[Odd]:
    job = _new_job()
    return [Odd(REQUESTS, job.key, StageRecord(job=job).to_json(), SCHEMA)]


async def _publish(servers: str, records: list[Odd], codec: str | None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=servers, compression_type=codec)
    try:
        await producer.start()
        for odd in records:
            await producer.send_and_wait(odd.topic, odd.value, odd.key, headers=odd.headers)
    finally:
        await producer.stop()


def _records(name: str, make: Any, codecs: tuple[str | None, ...] = (None,)) -> Kind:
    @contextmanager
    def plant(site: Site, chance: random.Random) -> Iterator[str]:
        codec, records = chance.choice(codecs), make(chance)
        site.publish_later(_publish(site.cluster.servers, records, codec), name)
        yield f"{len(records)} records{f', {codec}' if codec else ''}"

    return Kind(name, plant)


@contextmanager
def _locked(site: Site, chance: random.Random) -> Iterator[str]:
    with locked(site.stack.data_dir / DATABASE):
        yield DATABASE


DATA_LANE = Lane(
    "data",
    (10.0, 25.0),
    (
        Kind("database locked", _locked, (3.0, 9.0)),
        _records("records: times without zone", _without_zone),
        _records("records: junk", _junk),
        _records("records: absurd headers", _absurd_headers),
        _records("records: other codecs", _whole, CODECS),
    ),
)
