"""Reads from the tables how old the oldest open job is, and what all jobs have taken and cost.

What is read there is the same after any restart, which what a process counts is not.
"""

import asyncio
import math
from collections.abc import Callable, Mapping
from datetime import datetime

from schemas.api.status import JobState
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.database.database import Database
from services.gateway.job.store import find_oldest_open_us
from services.gateway.status.fold import KINDS
from services.gateway.status.used import NANO, NOTHING_USED, Used
from services.gateway.tenant.store import sum_spent
from services.gateway.usage.store import sum_usage
from services.telemetry.log import get_log
from services.telemetry.metric import OLDEST_JOB, RESULT_COST, RESULT_TOKENS, SPEND, show_jobs

MICRO = 1_000_000

log = get_log()


class Standing:
    """Exports them.

    Args:
        now: The wall clock, aware.
        period_s: From one look to the next.
        is_on_duty: Whether it is this gateway that looks.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        period_s: float,
        is_on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._now = now
        self._period_s = period_s
        self._is_on_duty = is_on_duty

    async def run(self) -> None:
        """Look until cancelled; nothing that fails ends the gateway."""
        show_jobs(KINDS, [state for state in JobState if state.is_final])
        while True:
            try:
                if self._is_on_duty():
                    await self.look()
                else:
                    tell(None, math.nan, math.nan)
                    tell_usage(None)
            except Exception as error:
                tell(None, math.nan, math.nan)
                tell_usage(None)
                log.warning("standing_not_seen", error=repr(error))
            await asyncio.sleep(self._period_s)  # noqa: TID251 - its pace

    async def look(self) -> None:
        """Look once."""
        today = self._now().date()
        oldest_us = await self._database.read(find_oldest_open_us)
        day = await self._database.read(sum_spent, today)
        month = await self._database.read(sum_spent, today.replace(day=1))
        tell(oldest_us, day / MICRO, month / MICRO)
        tell_usage(await self._database.read(sum_usage))


def tell(oldest_us: int | None, day_usd: float, month_usd: float) -> None:
    """Export what was read; NaN for what is not known or not there."""
    OLDEST_JOB.set(math.nan if oldest_us is None else oldest_us / MICRO)
    SPEND.labels("day").set(day_usd)
    SPEND.labels("month").set(month_usd)


def tell_usage(used: Mapping[StageName, Used] | None) -> None:
    """Export what results have taken; NaN where that is not known here."""
    for stage in STAGE_ORDER:
        of_stage = (used or {}).get(stage, NOTHING_USED)
        counts = {
            "input": of_stage.input_tokens,
            "output": of_stage.output_tokens,
            "cached": of_stage.cached_tokens,
            "reasoning": of_stage.reasoning_tokens,
        }
        for kind, count in counts.items():
            RESULT_TOKENS.labels(stage, kind).set(math.nan if used is None else count)
        RESULT_COST.labels(stage).set(math.nan if used is None else of_stage.nano_usd / NANO)
