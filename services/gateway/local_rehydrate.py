"""Lets the open jobs of a database go on in the topics of a broker, also of another one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from schemas.kafka.topics import TopicNames
from services.gateway.database.database import Database, open_database
from services.gateway.database.engine import find_file
from services.gateway.lease.connect import SecondGatewayError, hold_database
from services.gateway.migration.upgrade import require_tables
from services.gateway.projection.store import Projection, load_projection
from services.gateway.rehydrate.open_job_store import adopt_cluster
from services.gateway.rehydrate.rehydration import Rehydration, RehydrationReport
from services.kafka import (
    KafkaSettings,
    Position,
    TopicAdmin,
    open_admin,
    open_log_reader,
    open_publisher,
)
from services.kafka.placing.log_start import begin_at
from services.kafka.placing.placed_publisher import open_placed_publisher
from services.kafka.placing.reading_group import find_reading_group
from services.kafka.topic_check import check_topics


class NotRehydratableError(Exception):
    """The tables and the topics do not go together. Says in one line why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """How open jobs are to go on.

    Attributes:
        deadline_at: When nothing is called for them any more, at the earliest; None as they say.
        is_dry: Only count.
    """

    deadline_at: datetime | None = None
    is_dry: bool = False


async def rehydrate(
    url: str, kafka: KafkaSettings, wish: Wish, now: Callable[[], datetime]
) -> RehydrationReport:
    """Let the open jobs of a database go on that the topics do not hold.

    Raises:
        NotRehydratableError: The tables were never filled, or the topics hold something else.
        EarlierDatabaseError, LaterDatabaseError, DatabaseUnavailableError: Of the tables.
        TopicMismatchError: A topic is missing, or has another number of partitions.
        BrokerUnavailableError, LogStandsError, PublishFailedError: It can be repeated.
    """
    _require_file(url)
    await check_topics(kafka, kafka.topics.all())
    report = RehydrationReport()
    async with open_database(url) as database, open_admin(kafka) as admin:
        await database.write(require_tables)
        projection = await database.read(load_projection)
        if projection is None:
            raise NotRehydratableError("the tables were never filled: there is nothing in them")
        cluster_id = await admin.cluster_id()
        with ExitStack() as held:
            if projection.cluster_id != cluster_id:
                _keep_gateway_out(held, url)
                await _refuse_members(admin, kafka.topics)
                report.is_adopted = True
                if not wish.is_dry:
                    await _go_on_with(kafka, admin, projection)
                    await database.write(adopt_cluster, cluster_id)
            await _publish(kafka, database, wish, now(), report)
    return report


def _require_file(url: str) -> None:
    file = find_file(url)
    if file is not None and not file.exists():
        raise NotRehydratableError(
            f"there is no {file}: name its folder with --data-dir, or set DATABASE_URL as the"
            " gateway has it"
        )


def _keep_gateway_out(held: ExitStack, url: str) -> None:
    try:
        held.enter_context(hold_database(url))
    except SecondGatewayError as error:
        raise NotRehydratableError(
            "a gateway has these tables, and the topics are of another cluster: stop it first"
        ) from error


async def _refuse_members(admin: TopicAdmin, names: TopicNames) -> None:
    if reading := await find_reading_group(admin, names):
        group, count = reading
        raise NotRehydratableError(
            f"{count} clients of the group {group} read these topics: stop the agents until this is"
            " done, or they call again what was answered"
        )


async def _go_on_with(kafka: KafkaSettings, admin: TopicAdmin, projection: Projection) -> None:
    """Let the new logs begin where the tables have come to in the old ones."""
    topics = list(kafka.topics.roles)
    async with (
        open_log_reader(kafka, topics, is_placed=False) as reader,
        open_placed_publisher(kafka, keeps_times=False) as publisher,
    ):
        ends = await reader.end_offsets()
        offsets = {at: projection.positions.get(at, 0) for at in ends}
        _refuse_records(ends, offsets)
        await begin_at(publisher, admin, ends, offsets)


def _refuse_records(ends: Mapping[Position, int], offsets: Mapping[Position, int]) -> None:
    beyond: Sequence[Position] = [at for at, end in ends.items() if end > offsets[at]]
    if beyond:
        topic, partition = beyond[0]
        raise NotRehydratableError(
            f"{topic} [{partition}] holds records of another cluster than the tables: they go on in"
            " empty topics only; with a restored archive there is nothing to do, the gateway fills"
            " its tables from it"
        )


async def _publish(
    kafka: KafkaSettings, database: Database, wish: Wish, now: datetime, report: RehydrationReport
) -> None:
    told = (kafka.topics, now, wish.deadline_at, wish.is_dry)
    async with (
        open_log_reader(kafka, list(kafka.topics.roles)) as reader,
        open_publisher(kafka) as publisher,
    ):
        await Rehydration(database.read, publisher, *told).run(reader, report)
