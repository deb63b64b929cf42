"""Makes the status tables anew from the topics beside the live ones, compares, and switches.

fill up to where the live ones are -> compare -> hold the live ones -> fill the rest -> compare that
-> write what differs

Only the last transaction touches a live table. What both sides are compared by are the same
records, to the last one: so a gateway goes on from where it is, and its streams with it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from schemas.api.act import Deed
from schemas.kafka.topics import TopicKind, TopicRole
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.aside.filling import Filling, Tell
from services.gateway.aside.slices import Ends, SlicedReader, Slices
from services.gateway.aside.table import Tables, find_live
from services.gateway.aside.table_store import (
    finish_tables,
    load_live,
    make_tables,
    note_bounds,
)
from services.gateway.aside.workbench import Do, Workbench
from services.gateway.database.database import Connection, DatabaseUnavailableError
from services.gateway.projection.history import is_other_history
from services.gateway.projection.store import Projection
from services.gateway.rebuild.comparison_store import count_differing, find_differences
from services.gateway.rebuild.reach_store import (
    count_left_out,
    leave_out,
    leave_out_moving,
    suspect_moving,
    suspect_touched,
)
from services.gateway.rebuild.report import Report
from services.gateway.rebuild.switch_store import hold_live, switch
from services.gateway.rebuild.tally_store import (
    compare_spending,
    list_differing_sums,
    name_differences,
    tally_days,
)
from services.kafka import Position
from services.lifecycle.clock import utc_now
from services.telemetry.log import get_log

TRIES = 5
HOLD_S = 4.0
"""The live tables are held for no longer before anything is written; then it is tried again."""

NAMED = 1_000

log = get_log()


class NotRebuildableError(Exception):
    """The tables cannot be held against these topics. Not retryable."""


class Rebuild:
    """One rebuild, on a connection of its own.

    Args:
        reader: Reads every topic.
        tell: Told how far the filling is.
    """

    def __init__(
        self,
        bench: Workbench,
        reader: SlicedReader,
        roles: Mapping[str, TopicRole],
        tell: Tell = lambda done, total: None,
    ) -> None:
        self._bench = bench
        self._reader = reader
        self._roles = roles
        self._tell = tell
        self._compacted = [t for t, role in roles.items() if role.kind is TopicKind.CONTROL]
        self._live: Tables = {}
        self._name = ""

    async def fill(self, cluster_id: str) -> None:
        """Make the tables anew, up to where the live ones are.

        Raises:
            NotRebuildableError: The live ones were filled from other topics, or never.
        """
        await self._begin(cluster_id)
        await self._catch_up()
        await self._catch_up()  # with what has come meanwhile
        await self._bench.write(finish_tables)

    async def fill_as_of(self, cluster_id: str, at_ms: int) -> Report:
        """Make the tables anew, as they were at a moment in Unix milliseconds."""
        await self._begin(cluster_id)
        goal = await self._slices.find_goal(at_ms + 1, await self._reader.end_offsets())
        await self._filling.fold_to(goal)
        await self._bench.write(finish_tables)
        days = await self._bench.read(tally_days, self._live)
        return Report(self._filling.records, days, 0, (), (), {})

    async def compare(self) -> Report:
        """Hold both sides against each other. What moves at this moment is left out."""
        async with self._bench.transaction(is_writer=False) as do:
            await self._look(do, is_again=False)
        await self._catch_up()
        async with self._bench.transaction(is_writer=False) as do:
            await do(suspect_moving)
            await self._look(do, is_again=True)
            report: Report = await do(self._report)
        return report

    async def switch(self, report: Report, actor: Actor) -> Report:
        """Make the live tables equal, in one transaction.

        Raises:
            DatabaseUnavailableError: They could not be had for a moment, several times.
            NotRebuildableError: A gateway has begun to fill them anew.
        """
        for left in reversed(range(TRIES)):
            await self._catch_up()
            places, records = self._filling.places, self._filling.records
            try:
                async with self._bench.transaction(is_writer=True) as do:
                    count = await self._switch(do, actor)
            except (TimeoutError, DatabaseUnavailableError):
                if not left:
                    raise
                await self._filling.go_back(places, records)
            else:
                log.info("tables_rebuilt", jobs=count, records=self._filling.records)
                return replace(report, records=self._filling.records, is_switched=True)
        raise AssertionError("the last try returns or raises")

    async def _begin(self, cluster_id: str) -> None:
        self._live = await self._bench.read(find_live)
        projection = await self._bench.read(load_live, self._live)
        if projection is None:
            raise NotRebuildableError("the tables were never filled: start the gateway, it does so")
        told = (self._reader, self._bench.read, projection, cluster_id)
        begin = await self._reader.begin_offsets()
        if not begin.keys() & projection.positions.keys() or await is_other_history(*told):
            raise NotRebuildableError(
                "the tables were filled from other topics than these: name the right broker and"
                " KAFKA_TOPIC_PREFIX, or start the gateway again, which fills them anew"
            )
        self._name = projection.projection_id
        await self._bench.write(make_tables)
        now_ms = int(utc_now().timestamp() * 1000)
        await self._reader.seek(begin)
        self._slices = Slices(self._reader, self._roles, begin, now_ms)
        self._filling = Filling(self._bench, self._slices, self._roles, self._tell)

    async def _catch_up(self) -> None:
        live = await self._bench.read(load_live, self._live)
        await self._filling.fold_to(self._find_goal(live))

    def _find_goal(self, live: Projection | None) -> Ends:
        if live is None or live.projection_id != self._name:
            raise NotRebuildableError("a gateway fills the tables anew by itself: nothing is to do")
        places: dict[Position, int] = self._filling.places
        return {at: max(place, live.positions.get(at, 0)) for at, place in places.items()}

    async def _look(self, do: Do, *, is_again: bool) -> None:
        await do(note_bounds, await self._reader.begin_offsets(), self._filling.places)
        if is_again:
            await do(leave_out_moving, self._live)
        else:
            await do(leave_out, self._live, self._compacted)
        await do(lambda connection: find_differences(connection, self._live, is_again=is_again))

    async def _switch(self, do: Do, actor: Actor) -> int:
        async with asyncio.timeout(HOLD_S):
            live = await do(hold_live, self._live)
            await do(suspect_moving)
            await do(suspect_touched, self._live)
            await self._filling.fold_rest(do, self._find_goal(live))
        await self._look(do, is_again=True)
        count: int = await do(self._write, actor)
        return count

    def _write(self, connection: Connection, actor: Actor) -> int:
        count = switch(connection, self._live, list_differing_sums(connection, self._live))
        said = {"jobs": count, "records": self._filling.records}
        act = make_act(actor, Deed.REBUILD_TABLES, self._name, None, utc_now(), None, said)
        note_act(connection, act)
        return count

    def _report(self, connection: Connection) -> Report:
        return Report(
            records=self._filling.records,
            days=tally_days(connection, self._live),
            differing=count_differing(connection),
            named=name_differences(connection, self._live, NAMED),
            spent=compare_spending(connection, self._live),
            left_out=count_left_out(connection),
        )
