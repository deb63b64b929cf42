"""A table agent alone, on topics of its own, of which a test may do with the logs what it likes."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.partitioner import DefaultPartitioner

from schemas.job.job import Job, accept
from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import Headers, KafkaHeaders, encode_headers
from services.cli.supervisor.environment import inherited_env
from services.kafka import ConsumedRecord, KafkaSettings, Position, open_admin, open_log_reader
from services.lifecycle.clock import utc_now
from tests.stack import ROOT, RunningStack, wait_until

PARTITIONS = 3
TIERS = "100ms"
HEADERS: KafkaHeaders = encode_headers(Headers(schema=RECORD_SCHEMA))
STRANGE_HEADERS = [*HEADERS, ("empty", b""), ("null", None), ("binary", b"\xff\xfe")]
"""What another client may put beside ours: Kafka allows a header without a value."""
PLANETS = SuggestionRequest.from_json((ROOT / "tests/examples/new-planets.json").read_bytes())
STOP_S = 40.0


def make_job(partition: int) -> Job:
    """A job for the table stage alone, whose key belongs into a partition."""
    ids = list(range(PARTITIONS))
    while True:
        request = PLANETS.model_copy(update={"stages": ("table",)})
        job = accept(request, uuid4(), utc_now())
        if DefaultPartitioner()(job.key, ids, ids) == partition:
            return job


@dataclass(frozen=True)
class Logs:
    """The topics of one agent."""

    settings: KafkaSettings

    @property
    def requests(self) -> str:
        return f"{self.settings.topic_prefix}table.requests"

    @property
    def waiting(self) -> str:
        return f"{self.settings.topic_prefix}table.retry.{TIERS}"

    @property
    def control(self) -> str:
        return self.settings.topics.control

    @property
    def dead_letters(self) -> str:
        return f"{self.settings.topic_prefix}table.dead-letters"

    @property
    def suggestions(self) -> str:
        return f"{self.settings.topic_prefix}table.suggestions"

    async def create(self, *names: str) -> None:
        """Make topics; all of them where none is named."""
        specs = [s for s in self.settings.topics.all() if not names or s.name in names]
        async with open_admin(self.settings) as admin:
            await admin.create(specs, PARTITIONS)

    async def delete(self, topic: str) -> None:
        async with self._admin() as admin:
            await admin.delete_topics([topic])

    async def publish(self, topic: str, *jobs: Job) -> list[str]:
        """Publish jobs as records of the table stage, and say which."""
        async with self._producer() as producer:
            for job in jobs:
                value = StageRecord(job=job).to_json()
                await producer.send_and_wait(topic, value, job.key, headers=STRANGE_HEADERS)
        return [str(job.job_id) for job in jobs]

    async def publish_uncommitted(self, topic: str, job: Job, *, is_aborted: bool = True) -> str:
        """Publish a job in a transaction that is aborted, or left open, and say which."""
        async with self._producer(transactional_id=f"t.{uuid4()}") as producer:
            await producer.begin_transaction()
            value = StageRecord(job=job).to_json()
            await producer.send_and_wait(topic, value, job.key, headers=HEADERS)
            if is_aborted:
                await producer.abort_transaction()
        return str(job.job_id)

    async def commit(self, group: str, offsets: Mapping[Position, int]) -> None:
        """Commit for a group without members."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.bootstrap_servers,
            group_id=group,
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(*position) for position in offsets])
            await consumer.commit({TopicPartition(*at): offset for at, offset in offsets.items()})
        finally:
            await consumer.stop()

    async def trim(self, position: Position, before: int) -> None:
        """Delete the records of a partition before an offset, as retention does."""
        async with self._admin() as admin:
            await admin.delete_records({TopicPartition(*position): RecordsToDelete(before)})

    async def read(self, topic: str) -> list[ConsumedRecord]:
        """All records of a topic."""
        async with open_log_reader(self.settings, [topic]) as reader:
            batches = reader.read_to(await reader.end_offsets(), 1_000)
            return [record async for batch in batches for record in batch]

    async def answered(self) -> list[str]:
        """The jobs that the agent has answered."""
        suggestions = await self.read(self.suggestions)
        return [str(UUID(r.key.decode())) for r in suggestions if r.key is not None]

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    @asynccontextmanager
    async def _producer(self, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.settings.bootstrap_servers, acks="all", **options
        )
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()


def name_logs(stack: RunningStack) -> Logs:
    """Topics under a prefix of their own, which are not there yet."""
    return Logs(
        KafkaSettings(
            bootstrap_servers=stack.brokers,
            topic_prefix=f"t{uuid4().hex[:8]}.",
            partitions=PARTITIONS,
            retry_tiers=TIERS,
        )
    )


@dataclass(frozen=True)
class LoneAgent:
    """A running agent."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, action: str) -> list[dict[str, Any]]:
        """Its log lines of an action."""
        # Faust sets the terminal's cursor before the first line that follows it.
        lines = (
            line[line.find("{") :] for line in self.log.read_text().splitlines() if "{" in line
        )
        return [found for line in lines if (found := json.loads(line)).get("action") == action]


@contextmanager
def running_agent(
    stack: RunningStack, folder: Path, logs: Logs, host: str = "localhost"
) -> Iterator[LoneAgent]:
    """Run a table agent on the logs until the end.

    Args:
        host: What its machine is called.
    """
    folder.mkdir(parents=True, exist_ok=True)
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "KAFKA_TOPIC_PREFIX": logs.settings.topic_prefix,
        "KAFKA_PARTITIONS": str(PARTITIONS),
        "RETRY_TIERS": TIERS,
        "OPENAI_BASE_URL": f"http://{stack.address('demo-llm')}/v1",
        "OPENAI_API_KEY": "demo",
        "STAGE_DATA_DIR": str(folder / "data"),
        "STAGE_DRAIN_S": "5",
        "WEB_HOST": host,
    }
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.table_agent"],
            cwd=ROOT,
            env=inherited_env() | env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            agent = LoneAgent(process, folder / "log")
            wait_until(lambda: agent.said("stage_started"), 30, f"it starts; see {agent.log}")
            yield agent
        finally:
            process.terminate()
            process.wait(STOP_S)
