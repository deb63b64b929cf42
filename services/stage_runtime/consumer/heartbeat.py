"""What beats once a second beside a stage, and what ends its process."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.lifecycle.failpoint import Failpoints, Point
from services.lifecycle.watchdog import Watchdog
from services.stage_runtime.consumer.faust_app import StageApp
from services.telemetry.log import get_log

HEARTBEAT_INTERVAL_S = 1.0
EXIT_BUG = 70

log = get_log()


def end_on_failure(task: asyncio.Task[None]) -> None:
    """End the process when a task that must run for ever has failed."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("background_task_failed", exc_info=task.exception())
        os._exit(EXIT_BUG)


@asynccontextmanager
async def watch(app: StageApp, failpoints: Failpoints) -> AsyncIterator[Watchdog]:
    """Watch over the app, with a heartbeat of the running loop."""
    watchdog = Watchdog(app.find_fault)

    async def beat() -> None:
        while True:
            watchdog.beat()
            app.pace_fetches()
            app.report_membership()
            if app.has_committed():
                failpoints.reach(Point.COMMITTED)
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)  # noqa: TID251 - the heartbeat's interval

    heart = asyncio.create_task(beat())
    heart.add_done_callback(end_on_failure)
    watchdog.start()
    try:
        yield watchdog
    finally:
        heart.cancel()
