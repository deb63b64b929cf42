"""Sends a job through every stage each minute, and says whether it came back.

Where nobody posts anything, it is the only one who can tell. It asks for nothing, so that no model
is called, and it is left out of what is counted, listed and paid.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic

from schemas.api.status import JobState
from schemas.canary import CANARY_REQUEST, CANARY_TENANT
from schemas.job.request import SuggestionRequest
from services.gateway.api.request_info import trace_apart
from services.gateway.database.database import Database, DatabaseUnavailableError
from services.gateway.job.store import StoredJob, find_job
from services.gateway.status.state import describe
from services.gateway.submission.intake import Intake
from services.gateway.submission.order import make_order
from services.telemetry.log import get_log
from services.telemetry.metric import CANARY, CANARY_DURATION, CANARY_LAST_SUCCESS

LOOK_S = 0.5
LATE_S = 60.0
"""A canary that takes longer counts as late. No other is sent before it has ended, so that an
outage leaves one of them behind and not hundreds."""
LATE_LOOK_S = 5.0
LOOKS_A_PERIOD = 12
GIVE_UP_S = 25 * 3600.0

log = get_log()

Wait = Callable[[float], Awaitable[None]]


async def wait(seconds: float) -> None:
    """Wait between looks, and between canaries."""
    await asyncio.sleep(seconds)  # noqa: TID251 - its pace


class Canary:
    """Sends canaries.

    Args:
        period_s: From one to the next; 0 for none.
        is_on_duty: Whether it is this gateway that sends them.
    """

    def __init__(
        self,
        intake: Intake,
        database: Database,
        now: Callable[[], datetime],
        period_s: float,
        is_on_duty: Callable[[], bool] = lambda: True,
        pause: Wait = wait,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._intake = intake
        self._database = database
        self._now = now
        self._period_s = period_s
        self._is_on_duty = is_on_duty
        self._pause = pause
        self._clock = clock
        # Its end is told long before the next one would be due.
        self._late_look_s = min(LATE_LOOK_S, max(LOOK_S, period_s / LOOKS_A_PERIOD))

    async def run(self) -> None:
        """Send one after the other until cancelled; nothing that fails ends the gateway."""
        if not self._period_s:
            return
        for outcome in ("succeeded", "failed", "late", "refused"):
            CANARY.labels(outcome)
        CANARY_LAST_SUCCESS.set(self._now().timestamp())
        while True:
            await self._pause(self._period_s)
            if self._is_on_duty():
                await self.send()

    async def send(self) -> None:
        """Send one, and see what becomes of it."""
        request = SuggestionRequest.model_validate(CANARY_REQUEST)
        order = make_order(request, None, self._now(), CANARY_TENANT)
        try:
            begun_s = self._clock()
            with trace_apart("canary") as info:
                sent = await self._intake.accept(order, info)
        except Exception as error:
            CANARY.labels("refused").inc()
            log.warning("canary_refused", error=repr(error))
            return
        job, is_late = sent, False
        while not job.is_final and (after_s := self._clock() - begun_s) < GIVE_UP_S:
            if after_s > LATE_S and not is_late:
                is_late = True
                _tell_wrong("late", job, after_s)
            await self._pause(self._late_look_s if is_late else LOOK_S)
            job = await self._read(job)
        self._tell_end(job, self._clock() - begun_s)

    async def _read(self, job: StoredJob) -> StoredJob:
        try:
            found = await self._database.read(find_job, job.job_id, CANARY_TENANT)
        except DatabaseUnavailableError:
            return job
        return found or job

    def _tell_end(self, job: StoredJob, duration_s: float) -> None:
        if describe(job.known.fold).state is JobState.COMPLETED:
            CANARY.labels("succeeded").inc()
            CANARY_DURATION.observe(duration_s)
            CANARY_LAST_SUCCESS.set(self._now().timestamp())
        else:
            _tell_wrong("failed", job, duration_s)


def _tell_wrong(outcome: str, job: StoredJob, after_s: float) -> None:
    state = describe(job.known.fold).state
    CANARY.labels(outcome).inc()
    told = {"tenant": job.tenant, "state": state, "after_s": round(after_s, 1)}
    log.error(f"canary_{outcome}", job_id=job.job_id, **told)
