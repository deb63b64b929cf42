"""Sends what is due: a lane for each endpoint, so that one that hangs holds up itself alone.

look which endpoints have something due -> claim the next of one -> send it -> settle it -> claim

An endpoint belongs to a partition, as a job does: with several gateways it is that gateway's to
send to which projects the partition, and the transaction of each claim requires that it still is.
"""

import asyncio
import math
import random
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from services.gateway.database.database import Connection, Database, DatabaseUnavailableError
from services.gateway.database.patience import wait_for_database
from services.gateway.delivery.delivery import Attempt, Claim
from services.gateway.delivery.endpoint_store import list_due
from services.gateway.delivery.post import Sending, post_in_span
from services.gateway.delivery.queue_store import (
    Claiming,
    IsVoid,
    claim,
    count_pending,
    forget_old,
    has_old,
    let_go,
)
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.delivery.settle_store import Rules, Settled, settle
from services.gateway.lease.named_share import NamedShare
from services.gateway.lease.store import LostLeaseError
from services.telemetry.log import get_log
from services.telemetry.metric import (
    WEBHOOK_DURATION,
    WEBHOOKS_DISABLED,
    WEBHOOKS_IN_FLIGHT,
    WEBHOOKS_OLDEST,
    WEBHOOKS_PENDING,
    WEBHOOKS_SENT,
)

LOOK_S = 0.5
MOST_LANES = 500
TEND_S = 15.0
SPARE_S = 10.0
"""So much longer than a request a claim is held; also how far apart gateways' clocks may be."""

END_S = 0.5
"""What is under way at the end may take this long; the rest is sent again, under its id."""

log = get_log()


class Sender:
    """Sends the deliveries of those endpoints that are this gateway's.

    Args:
        is_void: Whether what a delivery is to tell is not so any more.
        now: The wall clock, aware.
        draw: 0 to 1, for the jitter.
    """

    def __init__(
        self,
        database: Database,
        poster: Sending,
        sharing: NamedShare,
        settings: WebhookSettings,
        is_void: IsVoid,
        now: Callable[[], datetime],
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._poster = poster
        self._sharing = sharing
        self._settings = settings
        self._is_void = is_void
        self._now = now
        self._draw = draw
        self._lanes: dict[str, set[asyncio.Task[None]]] = {}
        lease = timedelta(seconds=settings.timeout_s + SPARE_S)
        self._claiming = Claiming(secrets.token_hex(8), lease, settings.at_a_time == 1)
        self._is_ending = False

    async def run(self) -> None:
        """Look again and again until cancelled; nothing that fails ends the gateway."""
        try:
            await self.begin()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tend())
                while True:
                    try:
                        await self.look()
                    except Exception as error:
                        log.warning("webhooks_wait", error=repr(error))
                    await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace
        finally:
            await self.end()

    async def begin(self) -> None:
        """Where no other gateway can be sending, what one that died was sending is due now."""
        if not self._sharing.share.is_divided:
            await wait_for_database(
                lambda: self._database.write(let_go, self._now()), _tell_waiting
            )

    async def end(self) -> None:
        """Begin nothing more, wait for a moment, and leave to others what is then under way."""
        self._is_ending = True
        if lanes := self._all_lanes():
            _, late = await asyncio.wait(lanes, timeout=END_S)
            for lane in late:
                lane.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._database.write(let_go, self._now(), self._claiming.holder)
        except DatabaseUnavailableError as error:
            _tell_waiting(error)  # their claims run out

    async def look(self) -> None:
        """Open lanes for what is due."""
        for endpoint_id, is_away in await self._database.read(list_due, self._now(), MOST_LANES):
            lanes = self._lanes.setdefault(endpoint_id, set())
            # One is enough to see whether it is back.
            most = 1 if is_away else self._settings.at_a_time
            is_free = len(lanes) < most and len(self._all_lanes()) < MOST_LANES
            if is_free and self._sharing.holds(endpoint_id):
                self._open_lane(endpoint_id, lanes)
            elif not lanes:
                del self._lanes[endpoint_id]

    async def settle_down(self) -> None:
        """Look, and wait until all that is due now was sent."""
        await self.look()
        while lanes := self._all_lanes():
            await asyncio.wait(lanes)
            await self.look()

    def _all_lanes(self) -> list[asyncio.Task[None]]:
        return [lane for lanes in self._lanes.values() for lane in lanes]

    def _open_lane(self, endpoint_id: str, lanes: set[asyncio.Task[None]]) -> None:
        lane = asyncio.create_task(self._send_all(endpoint_id))
        lanes.add(lane)

        def close(done: asyncio.Task[None]) -> None:
            lanes.discard(done)
            if not lanes and self._lanes.get(endpoint_id) is lanes:
                del self._lanes[endpoint_id]

        lane.add_done_callback(close)

    async def _send_all(self, endpoint_id: str) -> None:
        """Send to one endpoint for as long as something is due."""
        try:
            while not self._is_ending and (claimed := await self._claim(endpoint_id)) is not None:
                with WEBHOOKS_IN_FLIGHT.track_inprogress():
                    attempt = await post_in_span(self._poster, claimed, self._now())
                await self._settle(claimed, attempt)
        except LostLeaseError as error:
            log.info("webhook_left", webhook=endpoint_id, reason=str(error))
        except DatabaseUnavailableError as error:
            _tell_waiting(error)
        except Exception:
            log.exception("webhook_lane_failed", webhook=endpoint_id)

    async def _claim(self, endpoint_id: str) -> Claim | None:
        def fence(connection: Connection) -> None:
            self._sharing.fence(connection, endpoint_id)

        told = (endpoint_id, self._now(), self._claiming, fence, self._is_void)
        claimed = await self._database.write(claim, *told)
        if claimed is None or self._now() <= claimed.claimed_at + timedelta(seconds=SPARE_S / 2):
            return claimed
        # Before its answer it might be another's: whoever claims it next sends it.
        log.warning("webhook_left", webhook=endpoint_id, reason="the claim took too long")
        return None

    async def _settle(self, claimed: Claim, attempt: Attempt) -> None:
        """Keep what came of it, however long the database takes: it has happened."""
        window = timedelta(days=self._settings.disable_after_days)
        rules = Rules(self._now(), self._settings.schedule, window, self._draw())
        settled = await wait_for_database(
            lambda: self._database.write(settle, claimed, attempt, rules), _tell_waiting
        )
        if settled is not None:
            _report(claimed, attempt, settled)

    async def _tend(self) -> None:
        while True:
            try:
                await self.tend()
            except DatabaseUnavailableError as error:
                _tell_waiting(error)
            await asyncio.sleep(TEND_S)  # noqa: TID251 - its pace

    async def tend(self) -> None:
        """Of one gateway: count what waits, and let go of what has been over for long."""
        if not self._sharing.share.is_lead:
            WEBHOOKS_PENDING.set(0)
            WEBHOOKS_OLDEST.set(math.nan)
            return
        pending = await self._database.read(count_pending, self._now())
        WEBHOOKS_PENDING.set(pending.count)
        WEBHOOKS_OLDEST.set(math.nan if pending.since is None else pending.since.timestamp())
        before = self._now() - timedelta(days=self._settings.keep_days)
        while await self._database.read(has_old, before):
            await self._database.write(forget_old, before)


def _tell_waiting(error: DatabaseUnavailableError) -> None:
    log.warning("webhooks_wait", error=str(error))


def _report(claimed: Claim, attempt: Attempt, settled: Settled) -> None:
    delivery = claimed.delivery
    WEBHOOKS_SENT.labels(settled.verdict).inc()
    WEBHOOK_DURATION.observe(attempt.duration_ms / 1000)
    told = {
        "webhook": delivery.endpoint_id,
        "tenant": delivery.tenant,
        "delivery": delivery.delivery_id,
        "job_id": delivery.job_id,
        "told_of": delivery.type,
        "attempt": delivery.sent + 1,
        "status": attempt.status,
        "duration_ms": attempt.duration_ms,
    }
    if attempt.error is None:
        log.info("webhook_delivered", **told)
    else:
        log.warning("webhook_not_taken", reason=attempt.error, becomes=settled.state, **told)
    which = {"webhook": delivery.endpoint_id, "tenant": delivery.tenant}
    if settled.told_percent is not None:
        log.warning("webhook_failing", percent_of_time=settled.told_percent, **which)
    if settled.disabled_why is not None:
        WEBHOOKS_DISABLED.labels(settled.disabled_why).inc()
        log.error("webhook_disabled", reason=settled.disabled_why, **which)
