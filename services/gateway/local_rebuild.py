"""A rebuild of a database's tables from a broker's topics, beside whatever gateways there are."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from services.gateway.access.actor import Actor
from services.gateway.access.principal import LOCAL
from services.gateway.api.request_info import RequestInfo
from services.gateway.aside.copy_store import copy_out, has_schema
from services.gateway.aside.filling import Tell
from services.gateway.aside.workbench import Workbench, open_workbench
from services.gateway.database.engine import find_file
from services.gateway.migration.upgrade import require_tables
from services.gateway.rebuild.rebuild import NotRebuildableError, Rebuild
from services.gateway.rebuild.report import Report
from services.kafka import KafkaSettings, TopicState, open_admin, open_log_reader

AS_OF = "as_of"


@dataclass(frozen=True)
class LocalRebuild:
    """Rebuilds the tables of a database."""

    url: str
    cluster_id: str
    bench: Workbench
    rebuild: Rebuild

    async def compare(self) -> Report:
        """Make the tables anew, and hold them against the live ones.

        Raises:
            NotRebuildableError: The live ones were filled from other topics, or never.
        """
        await self.rebuild.fill(self.cluster_id)
        return await self.rebuild.compare()

    async def switch(self, report: Report, by: str, reason: str) -> Report:
        """Make the live tables equal to those made anew."""
        by_hand = replace(LOCAL, name=f"{by}, on the database")
        actor = Actor(by_hand, RequestInfo(request_id="", traceparent=""), reason)
        return await self.rebuild.switch(report, actor)

    async def show_as_of(self, moment: datetime) -> tuple[Report, str]:
        """Make the tables as they were at a moment, where they can be looked at.

        Returns:
            What they hold, and where they are: a file, or a schema of the server.
        """
        file = find_file(self.url)
        name = f"{AS_OF}_{moment.astimezone(UTC):%Y%m%dt%H%M%Sz}"
        place = None if file is None else file.with_name(f"{file.stem}.{name}.db")
        await self._require_room(place, name)
        at_ms = int(moment.timestamp() * 1000)
        report = await self.rebuild.fill_as_of(self.cluster_id, at_ms)
        if place is not None:
            await self.bench.attach(place, AS_OF)
        await self.bench.write(copy_out, name if place is None else AS_OF)
        return report, f"schema {name}" if place is None else str(place)

    async def _require_room(self, place: Path | None, name: str) -> None:
        if await self.bench.read(has_schema, name) if place is None else _is_file(place):
            raise NotRebuildableError(f"{place or f'schema {name}'} is there already: remove it")


def _require_topics(found: Mapping[str, TopicState], kafka: KafkaSettings) -> None:
    """Of topics that are not read, the facts would be missing."""
    if missing := sorted({*kafka.topics.roles} - {*found}):
        raise NotRebuildableError(
            f"the broker has no topic {missing[0]}: set KAFKA_TOPIC_PREFIX and RETRY_TIERS as the"
            " gateway has them"
        )
    for name, state in found.items():
        if state.partitions != kafka.partitions:
            raise NotRebuildableError(
                f"topic {name} has {state.partitions} partitions, and KAFKA_PARTITIONS is"
                f" {kafka.partitions}: set it as the gateway has it"
            )


def _is_file(place: Path) -> bool:
    return place.exists()


@asynccontextmanager
async def open_rebuild(
    url: str, kafka: KafkaSettings, tell: Tell, within_s: float | None = None
) -> AsyncIterator[LocalRebuild]:
    """Connect to a database and a broker.

    Args:
        tell: Told how far the filling is.
        within_s: How long a broker is waited for that says nothing, see `open_admin`.

    Raises:
        NotRebuildableError: There is no such database.
        BrokerUnavailableError: No broker answers.
        DatabaseUnavailableError: The database does not answer.
    """
    file = find_file(url)
    if file is not None and not _is_file(file):
        raise NotRebuildableError(
            f"there is no {file}: name its folder with --data-dir, or set DATABASE_URL as the"
            " gateway has it"
        )
    roles = kafka.topics.roles
    async with open_admin(kafka, within_s) as admin:
        cluster_id = await admin.cluster_id()
        _require_topics(await admin.describe(list(roles)), kafka)
    async with (
        open_log_reader(kafka, list(roles), is_placed=False) as reader,
        open_workbench(url) as bench,
    ):
        await bench.write(require_tables)
        yield LocalRebuild(url, cluster_id, bench, Rebuild(bench, reader, roles, tell))
