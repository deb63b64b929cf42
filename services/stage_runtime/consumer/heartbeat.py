"""What beats once a second beside a stage, for the watchdog to listen to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.lifecycle.failpoint import Failpoints, Point
from services.lifecycle.shutdown import end_on_failure
from services.lifecycle.watchdog import Watchdog
from services.stage_runtime.consumer.faust_app import StageApp

HEARTBEAT_INTERVAL_S = 1.0


@asynccontextmanager
async def watch(app: StageApp, failpoints: Failpoints) -> AsyncIterator[Watchdog]:
    """Watch over the app, with a heartbeat of the running loop."""
    watchdog = Watchdog(app.find_fault, loop=asyncio.get_running_loop())

    async def beat() -> None:
        while True:
            watchdog.beat()
            app.pace_fetches()
            app.ask_consumer()
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
