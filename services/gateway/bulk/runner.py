"""Goes through bulk actions, the oldest first: one gateway at a time, job by job.

What became of a job is noted before the next one begins, so that a crash repeats one at most, and
each act is such that doing it twice is doing it once.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from schemas.api.batch import BulkOutcome, BulkState
from services.gateway.api.request_info import trace_apart
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.bulk.performer import Performer
from services.gateway.bulk.store import end_bulk, find_running, list_items, note_item
from services.gateway.database.database import Connection, Database, DatabaseUnavailableError
from services.gateway.lease.turn import take_turns
from services.kafka import PublishFailedError
from services.telemetry.log import get_log
from services.telemetry.metric import BULK_JOBS

AT_A_TIME = 20
"""Between so many it is looked whether the action was stopped, or is another gateway's now."""

log = get_log()


class BulkRunner:
    """Goes through bulk actions.

    Args:
        now: The wall clock, aware.
        is_on_duty: Whether it is this gateway's turn.
    """

    def __init__(
        self,
        database: Database,
        performer: Performer,
        now: Callable[[], datetime],
        is_on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._performer = performer
        self._now = now
        self._is_on_duty = is_on_duty

    async def run(self) -> None:
        """Look every second until cancelled; nothing that fails ends the gateway."""
        await take_turns(
            self.step, lambda error: log.warning("bulk_action_waits", error=repr(error))
        )

    async def step(self) -> bool:
        """Go on with the oldest one, some of its jobs.

        Returns:
            Whether there was one.

        Raises:
            PublishFailedError: The broker did not ack in time; the job's turn comes again.
            DatabaseUnavailableError: Likewise.
        """
        bulk = await self._database.read(find_running) if self._is_on_duty() else None
        if bulk is None:
            return False
        left = await self._database.read(_list_left, bulk.bulk_id)
        for item in left:
            done = await self._perform(bulk, item)
            await self._database.write(note_item, bulk.bulk_id, done)
            BULK_JOBS.labels(bulk.kind, done.outcome).inc()
        if not left:
            await self._end(bulk)
        return True

    async def _perform(self, bulk: StoredBulk, item: BulkItem) -> BulkItem:
        try:
            with trace_apart(f"bulk {bulk.kind}", bulk.actor.info) as info:
                one = replace(bulk, actor=replace(bulk.actor, info=info))
                return await self._performer.perform(one, item)
        except (PublishFailedError, DatabaseUnavailableError):
            raise
        except Exception:
            # One job that it cannot be done to must not keep the others.
            log.exception("bulk_job_failed", bulk=bulk.bulk_id, job_id=item.job_id)
            detail = "the gateway failed; its log says why"
            return BulkItem(item.number, item.job_id, BulkOutcome.SKIPPED, detail)

    async def _end(self, bulk: StoredBulk) -> None:
        await self._database.write(end_bulk, bulk.bulk_id, BulkState.COMPLETED, self._now())
        counts = {outcome.value: count for outcome, count in bulk.counts.items()}
        log.info("bulk_action_completed", bulk=bulk.bulk_id, action=bulk.kind.value, **counts)


def _list_left(connection: Connection, bulk_id: str) -> list[BulkItem]:
    return list_items(connection, bulk_id, BulkOutcome.WAITING, 0, AT_A_TIME)
