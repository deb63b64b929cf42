"""Sends what is due: a lane for each endpoint, so that one that hangs holds up itself alone.

An endpoint belongs to a partition, as a job does: with several gateways it is that gateway's to
send to which projects the partition, and the transaction of each claim requires that it still is.
"""

import asyncio
import math
import random
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.database.patience import wait_for_database
from services.gateway.delivery.attempt_store import Rules
from services.gateway.delivery.claim_store import Claiming, IsVoid, let_go
from services.gateway.delivery.delivery import Attempt, Claim, Sent
from services.gateway.delivery.endpoint_store import list_due
from services.gateway.delivery.queue_store import count_pending, forget_old, has_old
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.delivery.settle_store import Settled, settle
from services.gateway.dispatch.lane import BEGIN_WITHIN, MOST, Lane
from services.gateway.dispatch.post import Sending, post_in_span
from services.gateway.dispatch.turn_store import Asking, Turn, take_turn
from services.gateway.lease.named_share import NamedShare
from services.telemetry.log import get_log
from services.telemetry.metric import (
    WEBHOOK_DURATION,
    WEBHOOKS_DISABLED,
    WEBHOOKS_OLDEST,
    WEBHOOKS_PENDING,
    WEBHOOKS_SENT,
)

LOOK_S = 0.5
MOST_LANES = 500
"""Also how many requests there are at a time, but one for each lane."""

TEND_S = 15.0
SPARE = 2 * BEGIN_WITHIN
"""So much longer than a request a claim is held: half of it until the request begins, and half for
how far apart gateways' clocks may be."""

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
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        lease = timedelta(seconds=settings.timeout_s) + SPARE
        self._claiming = Claiming(secrets.token_hex(8), lease, MOST, settings.at_a_time == 1)

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
        lanes = dict(self._lanes)
        for lane in lanes:
            lane.is_ending = True
        if lanes:
            _, late = await asyncio.wait(lanes.values(), timeout=END_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            for lane in filter(lambda one: one.sent, lanes):
                await self._database.write(settle, lane.sent, self._make_rules())
            await self._database.write(let_go, self._now(), self._claiming.holder)
        except DatabaseUnavailableError as error:
            _tell_waiting(error)  # their claims run out

    async def look(self) -> None:
        """Open lanes for what is due."""
        due = await self._database.read(list_due, self._now(), MOST_LANES)
        opened = {lane.endpoint_id for lane in self._lanes}
        for endpoint_id in due:
            is_free = endpoint_id not in opened and len(self._lanes) < MOST_LANES
            if is_free and self._sharing.holds(endpoint_id):
                self._open_lane(endpoint_id)

    async def settle_down(self) -> None:
        """Look, and wait until all that is due now was sent."""
        await self.look()
        while self._lanes:
            await asyncio.wait(self._lanes.values())
            await self.look()

    def _open_lane(self, endpoint_id: str) -> None:
        lane = Lane(endpoint_id, self._take_turn, self._post, self._now)
        task = self._lanes[lane] = asyncio.create_task(self._run(lane))
        task.add_done_callback(lambda _: self._lanes.pop(lane))

    async def _run(self, lane: Lane) -> None:
        try:
            await lane.run(self._find_width)
        except DatabaseUnavailableError as error:
            _tell_waiting(error)
        except Exception:
            log.exception("webhook_lane_failed", webhook=lane.endpoint_id)

    def _find_width(self) -> int:
        """How many requests a lane may make at a time: one, and more as long as they are few."""
        spare = MOST_LANES - sum(lane.under_way for lane in self._lanes)
        return max(1, min(self._settings.at_a_time, spare))

    async def _post(self, claim: Claim) -> Attempt:
        return await post_in_span(self._poster, claim, self._now())

    async def _take_turn(self, lane: Lane) -> Turn:
        def ask() -> Awaitable[Turn]:
            claiming = None if lane.is_ending else self._claiming
            asking = Asking(lane.endpoint_id, tuple(lane.sent), tuple(lane.unsent), claiming)
            rules = (self._make_rules(), self._sharing.fence, self._is_void)
            return self._database.write(take_turn, asking, *rules)

        # What was sent has happened, however long the database takes to note it.
        asked = wait_for_database(ask, _tell_waiting) if lane.sent else ask()
        turn = await asked
        for one, settled in zip(lane.sent, turn.settled, strict=False):
            _report(one, settled)
        return turn

    def _make_rules(self) -> Rules:
        window = timedelta(days=self._settings.disable_after_days)
        return Rules(self._now(), self._settings.schedule, window, self._draw())

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


def _report(sent: Sent, settled: Settled) -> None:
    delivery, attempt = sent.claim.delivery, sent.attempt
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
