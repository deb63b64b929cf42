"""Runs a stage's app in Faust's worker, and says by the exit status how it ended."""

import asyncio
from typing import Any

import faust
import uvloop

from services.lifecycle import exit_status
from services.stage_runtime.consumer.faust_app import StageApp
from services.telemetry.log import get_log

FAULT = 1
"""What Faust's worker ends with after any exception."""

log = get_log()


def run(app: StageApp) -> None:
    """Run a stage until SIGTERM or SIGINT. Ends the process."""
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    told: dict[str, Any] = {"override_logging": False, "redirect_stdouts": False, "quiet": True}
    worker = faust.Worker(app, loop=loop, **told)
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        if end.code != FAULT or worker._signal_stop_future is None:
            raise
        # It was told to stop: what breaks on the way, since a broker is away, is no fault.
        log.warning("stop_was_broken", exc_info=end.__context__)
        raise SystemExit(exit_status.STOPPED) from None
