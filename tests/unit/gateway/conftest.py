"""A gateway in this process: real tables in both databases, a fake broker, no server."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from shutil import copy
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Connection, delete
from sqlalchemy.schema import CreateSchema
from starlette.types import ASGIApp, Receive, Scope, Send

from schemas.kafka.headers import KafkaHeaders
from services.gateway.app import make_app
from services.gateway.bulk.performer import Performer
from services.gateway.bulk.runner import BulkRunner
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute, open_compute
from services.gateway.database.database import Database, make_engine, open_database
from services.gateway.database.engine import IS_WRITER
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.job.renderer import Renderer
from services.gateway.migration.tables import TABLES
from services.gateway.migration.upgrade import upgrade
from services.gateway.outbox.rate import Rate
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.parts import Parts
from services.gateway.projection.projector import Projector
from services.gateway.promotion.promoter import Promoter
from services.gateway.removal.eraser import Eraser
from services.gateway.replay.runner import ReplayRunner
from services.gateway.retry.retrier import Retrier
from services.gateway.settings import Auth, GatewaySettings
from services.gateway.signing.store import load_signer
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.job_wait import JobWait
from services.gateway.submission.intake import Intake
from services.gateway.tenant.settings import TenantSettings
from services.gateway.webhook.projection import WebhookNoter
from services.kafka import ConsumedRecord, Position, PublishFailedError, TopicState
from services.telemetry.metric import render_metrics
from tests.postgres import NoServerError, PostgresServer, running_postgres
from tests.unit.gateway.example import NOW, ROLES, TOPICS
from tests.unit.gateway.replaying import FakePast, FakeRuns

STORES = ("sqlite", "postgresql")


@dataclass
class FakePublisher:
    """Keeps what is published; refuses it, or never acks, while told to.

    Attributes:
        follow: What a record leads to before its ack.
    """

    published: list[tuple[str, bytes, bytes | None, KafkaHeaders]] = field(default_factory=list)
    is_refusing: bool = False
    refuses_after: int | None = None
    is_silent: bool = False
    under_way: int = 0
    most_at_a_time: int = 0
    follow: Callable[[str, bytes, bytes | None, KafkaHeaders], Awaitable[None]] | None = None

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        self.under_way += 1
        self.most_at_a_time = max(self.most_at_a_time, self.under_way)
        await asyncio.sleep(0)  # noqa: TID251 - lets other posts go on, as a broker does
        if self.is_silent:
            await asyncio.Future()
        self.under_way -= 1
        if self.is_refusing or len(self.published) == self.refuses_after:
            raise PublishFailedError("no ack")
        self.published.append((topic, key, value, headers))
        if self.follow is not None:
            await self.follow(topic, key, value, headers)


@dataclass
class FakeReader:
    """A log of records: `records` holds all, the position is where reading goes on.

    Attributes:
        others: The logs that are told to be others than they were.
    """

    records: list[ConsumedRecord] = field(default_factory=list)
    positions: dict[Position, int] = field(default_factory=dict)
    topics: Collection[str] = tuple(ROLES)
    held: Collection[int] | None = None
    partitions: int = 1
    others: dict[Position, int] = field(default_factory=dict)

    def _known(self) -> list[ConsumedRecord]:
        return [record for record in self.records if record.topic in self.topics]

    def _is_held(self, partition: int) -> bool:
        return self.held is None or partition in self.held

    async def hold(self, partitions: Collection[int] | None) -> None:
        self.held = partitions

    async def places(self) -> dict[Position, int]:
        return {at: n for at, n in self.positions.items() if self._is_held(at[1])}

    async def seek(self, positions: Mapping[Position, int]) -> None:
        self.positions |= positions

    async def begin_offsets(self) -> dict[Position, int]:
        return {(topic, number): 0 for topic in self.topics for number in range(self.partitions)}

    async def end_offsets(self) -> dict[Position, int]:
        ends = await self.begin_offsets()
        for record in self._known():
            at = (record.topic, record.partition)
            ends[at] = max(ends[at], record.offset + 1)
        return ends

    async def has_reached(self, ends: Mapping[Position, int]) -> bool:
        return all(self.positions.get(at, 0) >= end for at, end in ends.items())

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        found = (r for r in self.records if (r.topic, r.partition) == position)
        return next((record for record in found if record.offset == offset), None)

    async def find_other(self) -> dict[Position, int]:
        return self.others

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        held = [record for record in self._known() if self._is_held(record.partition)]
        new = [r for r in held if r.offset >= self.positions[r.topic, r.partition]]
        for record in new[:max_records]:
            self.positions[record.topic, record.partition] = record.offset + 1
        return new[:max_records]


@dataclass
class FakeClock:
    """Seconds that pass only while somebody waits."""

    now_s: float = 0.0

    def read(self) -> float:
        return self.now_s

    async def wait(self, duration_s: float) -> None:
        self.now_s += duration_s


@dataclass
class Gateway:
    database: Database
    publisher: FakePublisher
    reader: FakeReader
    notifier: ChangeNotifier
    projector: Projector
    intake: Intake
    desk: Desk
    client: httpx2.AsyncClient
    clock: FakeClock
    renderer: Renderer
    app: ASGIApp
    compute: Compute
    runner: BulkRunner
    past: FakePast
    runs: FakeRuns
    replays: ReplayRunner

    async def project(self, *records: ConsumedRecord) -> None:
        """Let records arrive and fold them."""
        self.reader.records += records
        await self.projector.step()


def read_metric(sample: str) -> float:
    """The value of a sample, 0 before it is there: the stores are tested in one process."""
    lines = render_metrics()[0].decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(sample)), 0.0)


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """Change a database from outside of a gateway."""
    engine = make_engine(url)
    try:
        with engine.execution_options(**{IS_WRITER: True}).begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the whole run. A laptop may be without one; CI may not."""
    try:
        # A plan may not hang on whether the server has counted its rows in the meantime.
        with running_postgres("autovacuum=off") as server:
            yield server
    except NoServerError as error:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_tables(postgres: PostgresServer) -> str:
    """The URL of tables on the server, which the tests share and each finds empty."""
    url = postgres.url("postgres")
    with transaction(url) as connection:
        upgrade(connection)
    return url


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind that nobody has been in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    schema = f"s{uuid4().hex}"
    with transaction(server.url("postgres")) as connection:
        connection.execute(CreateSchema(schema))
    return server.url("postgres", schema)


@pytest.fixture
def server_url(postgres_tables: str) -> str:
    """The URL of empty tables on the server."""
    with transaction(postgres_tables) as connection:
        for table in TABLES:
            connection.execute(delete(table))
    return postgres_tables


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with empty tables, of which tests take copies: to make them takes 0.2 s."""
    path = tmp_path_factory.mktemp("tables") / "gateway.db"
    with transaction(f"sqlite:///{path}") as connection:
        upgrade(connection)
    return path


@pytest.fixture(params=STORES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind with empty tables."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("server_url"))
    copy(request.getfixturevalue("sqlite_tables"), tmp_path / "gateway.db")
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


@pytest.fixture
async def own(database_url: str) -> AsyncIterator[Database]:
    """A way into the same tables that the keepers of leases have to themselves."""
    async with open_database(database_url) as opened:
        yield opened


@pytest.fixture
async def compute() -> AsyncIterator[Compute]:
    async with open_compute() as opened:
        yield opened


@pytest.fixture
async def gateway(early_gateway: Gateway) -> Gateway:
    await early_gateway.projector.prepare("cluster")
    return early_gateway


@pytest.fixture
async def keyed_gateway(database: Database, compute: Compute) -> AsyncIterator[Gateway]:
    """One that asks everybody for a key."""
    async with serve_in_process(database, compute, GatewaySettings(auth=Auth.REQUIRED)) as served:
        await served.projector.prepare("cluster")
        yield served


@pytest.fixture
async def early_gateway(database: Database, compute: Compute) -> AsyncIterator[Gateway]:
    """One that does not know yet where its topics begin and end."""
    async with serve_in_process(database, compute) as served:
        yield served


@asynccontextmanager
async def open_gateway(folder: Path) -> AsyncIterator[Gateway]:
    """A gateway with tables in the folder."""
    async with (
        open_database(f"sqlite:///{folder}/gateway.db") as database,
        open_compute() as compute,
    ):
        await database.write(upgrade)
        async with serve_in_process(database, compute) as served:
            await served.projector.prepare("cluster")
            yield served


async def look_at_topics(names: Collection[str]) -> dict[str, TopicState]:
    """Topics that keep records for a day."""
    return {name: TopicState(1, {"retention.ms": "86400000"}) for name in names}


@asynccontextmanager
async def serve_in_process(
    database: Database,
    compute: Compute,
    settings: GatewaySettings | None = None,
    limits: TenantSettings | None = None,
    now: Callable[[], datetime] = lambda: NOW,
    sending: WebhookSettings | None = None,
) -> AsyncIterator[Gateway]:
    """A gateway on these tables, which does not know its topics yet."""
    publisher, reader, notifier = FakePublisher(), FakeReader(), ChangeNotifier()
    limits, settings = limits or TenantSettings(), settings or GatewaySettings()
    sending = sending or WebhookSettings(networks="127.0.0.0/8")
    noter = WebhookNoter(sending, limits, lambda: NOW)
    projector = Projector(reader, database, ROLES, notifier, tell=noter.note)
    clock = FakeClock()
    writer = RecordWriter(database, publisher, TOPICS, 1.0, now)
    rate = Rate(20, clock.read, clock.wait)
    intake = Intake(writer, lambda: projector.is_caught_up, limits)
    desk = Desk(writer, rate)
    bulk = BulkRedrive(writer, desk, rate)
    canceller, eraser = Canceller(writer), Eraser(writer, look_at_topics)
    acts = (intake, canceller, desk, bulk, eraser, writer)
    signer = await database.write(load_signer)
    past, runs = FakePast(), FakeRuns()
    told = (settings, limits, signer, sending, past)
    # Many tests ask nothing over HTTP, and it takes longer to make than they take.
    make = cache(
        lambda: make_app(Parts(database, *acts, projector, notifier, compute, *told, reader))
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make()(scope, receive, send)

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        parts = (database, publisher, reader, notifier, projector, intake, desk, client, clock)
        find = JobWait(database, notifier, settings.streams).find
        promoter = Promoter(writer, find, shown_s=0.0)
        performer = Performer(database, canceller, desk, Retrier(database, desk), promoter)
        runner = BulkRunner(database, performer, now)
        replays = ReplayRunner(database, canceller, runs, now, look_s=0.01)
        renderer = Renderer(database, compute)
        yield Gateway(*parts, renderer, app, compute, runner, past, runs, replays)
