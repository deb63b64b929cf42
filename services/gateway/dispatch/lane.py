"""A lane: sends to one endpoint for as long as something is due, in order.

take a turn -> send what it has claimed, one after the other -> take a turn ...

A turn is one transaction for many requests. It is taken when all is sent that was claimed, when the
endpoint is away, and after a second at the latest: so much is sent again, under its ids, where a
gateway is killed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.gateway.delivery.delivery import Attempt, Claim, Sent
from services.gateway.delivery.schedule import Verdict, judge
from services.gateway.dispatch.turn_store import Turn
from services.telemetry.log import get_log
from services.telemetry.metric import WEBHOOKS_IN_FLIGHT

MOST = 50
"""Deliveries that are claimed at a time."""

NOTE_AFTER = timedelta(seconds=1)
BEGIN_WITHIN = timedelta(seconds=5)
"""Of the claim: later, its answer might come when the delivery is another gateway's."""

STOPPING = (Verdict.AWAY, Verdict.GONE)

log = get_log()


class Lane:
    """Sends to one endpoint.

    Attributes:
        sent: What is not noted yet, in the order in which it ended.
        unsent: What is claimed and not begun.
        under_way: How many requests are.
        is_ending: Whether nothing more is begun.
    """

    def __init__(
        self,
        endpoint_id: str,
        take_turn: Callable[["Lane"], Awaitable[Turn]],
        post: Callable[[Claim], Awaitable[Attempt]],
        now: Callable[[], datetime],
    ) -> None:
        self._take_turn = take_turn
        self._post = post
        self._now = now
        self.endpoint_id = endpoint_id
        self.sent: list[Sent] = []
        self.unsent: deque[Claim] = deque()
        self.under_way = 0
        self.is_ending = self._is_stopped = False

    async def run(self, width: Callable[[], int]) -> None:
        """Send until nothing is due.

        Args:
            width: How many requests may be made at a time now, from 1.
        """
        while await self._claim():
            await self._send(width())

    async def _claim(self) -> bool:
        turn = await self._take_turn(self)
        self.sent.clear()
        self.unsent = deque(turn.claims)
        if turn.left_why is not None:
            log.info("webhook_left", webhook=self.endpoint_id, reason=turn.left_why)
        return bool(self.unsent)

    async def _send(self, width: int) -> None:
        last_at = self.unsent[0].claimed_at + BEGIN_WITHIN
        if self._now() > last_at:
            log.warning("webhook_left", webhook=self.endpoint_id, reason="the claim took too long")
            return
        self._is_stopped, until = False, min(last_at, self._now() + NOTE_AFTER)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(width, len(self.unsent))):
                tasks.create_task(self._send_in_turn(until))

    async def _send_in_turn(self, until: datetime) -> None:
        while self.unsent and self._goes_on and self._now() <= until:
            claim = self.unsent.popleft()
            self.under_way += 1
            try:
                with WEBHOOKS_IN_FLIGHT.track_inprogress():
                    attempt = await self._post(claim)
            finally:
                self.under_way -= 1
            self.sent.append(Sent(claim, attempt))
            self._is_stopped |= judge(attempt) in STOPPING

    @property
    def _goes_on(self) -> bool:
        return not (self.is_ending or self._is_stopped)
