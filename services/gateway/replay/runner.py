"""Runs replays, the oldest first: one gateway at a time, which goes on where another has ended.

What was started is read from the topics before anything is, so that a gateway that was killed, and
whichever goes on for it, start each job once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.api.replay.run import ReplayState
from schemas.api.status import JobState
from services.gateway.api.request_info import trace_apart
from services.gateway.cancel.canceller import Canceller
from services.gateway.database.database import Connection, Database
from services.gateway.lease.turn import LOOK_S, take_turns
from services.gateway.outbox.rate import Rate
from services.gateway.replay.store import (
    ended,
    find_open,
    list_items,
    note_gone,
    note_progress,
    read_manifest,
    set_state,
)
from services.gateway.replay.stored_replay import StoredReplay
from services.gateway.status.state import describe
from services.kafka import KafkaSettings
from services.lifecycle.clock import utc_now
from services.replay.ceiling import Ceiling, ReplayStoppedError
from services.replay.manifest import Manifest
from services.replay.run import Pacing, RunProgress, find_started, run_manifest
from services.telemetry.log import get_log
from services.telemetry.metric import REPLAYED_JOBS

AT_A_TIME = 50
"""So many jobs are cancelled between two looks."""

log = get_log()


class Runs(Protocol):
    """Starts jobs on the topics, and knows from them which were started.

    Raises:
        BrokerUnavailableError, LogStandsError, PublishFailedError: It can be asked again.
    """

    async def run(self, manifest: Manifest, progress: RunProgress, pacing: Pacing) -> None:
        """Start the jobs of a manifest that were not started; ReplayStoppedError at a ceiling."""
        ...

    async def find_started(self, manifest: Manifest) -> set[UUID]:
        """The replays of a manifest of which the topics know."""
        ...


@dataclass(frozen=True)
class TopicRuns:
    """Starts jobs on the topics: each run opens connections of its own, and closes them."""

    settings: KafkaSettings

    async def run(self, manifest: Manifest, progress: RunProgress, pacing: Pacing) -> None:
        """Start the jobs of a manifest that were not started."""
        await run_manifest(self.settings, manifest, progress, pacing, utc_now)

    async def find_started(self, manifest: Manifest) -> set[UUID]:
        """The replays of a manifest of which the topics know."""
        return await find_started(self.settings, manifest)


class ReplayRunner:
    """Starts the jobs of replays, and cancels those of aborted ones.

    Args:
        now: The wall clock, aware.
        is_on_duty: Whether it is this gateway's turn.
        look_s: How often is looked, in seconds.
    """

    def __init__(
        self,
        database: Database,
        canceller: Canceller,
        runs: Runs,
        now: Callable[[], datetime],
        is_on_duty: Callable[[], bool] = lambda: True,
        look_s: float = LOOK_S,
    ) -> None:
        self._database = database
        self._canceller = canceller
        self._runs = runs
        self._now = now
        self._is_on_duty = is_on_duty
        self._look_s = look_s

    async def run(self) -> None:
        """Look every second until cancelled; nothing that fails ends the gateway."""
        await take_turns(self.step, lambda error: log.warning("replay_waits", error=repr(error)))

    async def step(self) -> bool:
        """Do what there is to do for one replay.

        Returns:
            Whether there was anything.

        Raises:
            BrokerUnavailableError, LogStandsError, PublishFailedError: Its turn comes again.
            DatabaseUnavailableError: Likewise.
        """
        replay = await self._database.read(find_open) if self._is_on_duty() else None
        if replay is None:
            return False
        if replay.state is ReplayState.ABORTING:
            await self._cancel_all(replay)
        else:
            await self._start_all(replay)
        return True

    async def _start_all(self, replay: StoredReplay) -> None:
        manifest = await self._read_manifest(replay)
        progress = RunProgress(len(manifest.jobs))
        task = asyncio.ensure_future(self._runs.run(manifest, progress, make_pacing(replay)))
        try:
            while not task.done() and await self._goes_on(replay, progress):
                await asyncio.wait({task}, timeout=self._look_s)
        finally:
            task.cancel()
            await asyncio.wait({task})
        REPLAYED_JOBS.inc(progress.started)
        await self._settle(replay, progress, task)

    async def _read_manifest(self, replay: StoredReplay) -> Manifest:
        packed = await self._database.read(read_manifest, replay.replay_id, None)
        assert packed is not None
        return Manifest.from_json(packed)

    async def _goes_on(self, replay: StoredReplay, progress: RunProgress) -> bool:
        """Note how far it is, and see whether it was paused, aborted, or is another gateway's."""
        held_back_s = replay.held_back_s + progress.held_back_s
        told = (replay.replay_id, held_back_s, None)
        current = await self._database.write(note_progress, *told)
        return self._is_on_duty() and current is ReplayState.RUNNING

    async def _settle(
        self, replay: StoredReplay, progress: RunProgress, task: "asyncio.Future[None]"
    ) -> None:
        held_back_s = replay.held_back_s + progress.held_back_s
        gone = [str(job_id) for job_id in progress.gone]
        await self._database.write(note_gone, replay.replay_id, gone)
        failed = None if task.cancelled() else task.exception()
        if isinstance(failed, ReplayStoppedError):
            await self._end(replay, ReplayState.STOPPED, held_back_s, str(failed))
        elif failed is not None:
            told = f"it goes on by itself: {failed}"
            await self._database.write(note_progress, replay.replay_id, held_back_s, told)
            raise failed
        elif not task.cancelled():
            await self._end(replay, ReplayState.COMPLETED, held_back_s)

    async def _end(
        self,
        replay: StoredReplay,
        state: ReplayState,
        held_back_s: float,
        detail: str | None = None,
    ) -> None:
        values = {"detail": detail, "held_back_s": held_back_s, **ended(self._now())}
        before = (replay.state,)
        await self._database.write(_end, replay.replay_id, before, state, values)
        log.info("replay_ended", replay=replay.replay_id, state=state.value, detail=detail)

    async def _cancel_all(self, replay: StoredReplay) -> None:
        """Those, too, whose record has not arrived in the tables yet."""
        started = await self._runs.find_started(await self._read_manifest(replay))
        left, after = {str(job_id) for job_id in started}, 0
        while items := await self._database.read(list_items, replay.replay_id, after, AT_A_TIME):
            for item in items:
                if item.status is not None:
                    left.discard(item.job_id)
                    await self._cancel(replay, item.job_id)
            after = items[-1].number
        if left:
            await asyncio.sleep(self._look_s)  # noqa: TID251 - for the projection
        else:
            await self._end(replay, ReplayState.ABORTED, replay.held_back_s)

    async def _cancel(self, replay: StoredReplay, job_id: str) -> None:
        job = await self._canceller.find(job_id, replay.sight)
        if job is None:
            return
        state = describe(job.known.fold).state
        if not state.is_final and state is not JobState.CANCELLING:
            with trace_apart("abort replay", replay.actor.info):
                await self._canceller.ask(job, replay.actor)


def make_pacing(replay: StoredReplay) -> Pacing:
    """How fast a replay may be."""
    pace = replay.pace
    assert pace is not None
    percent = pace.max_failed_percent
    ceiling = Ceiling(pace.max_cost_usd, None if percent is None else percent / 100)
    return Pacing(Rate(pace.rate).take_turn, pace.live_wait_s, ceiling, pace.max_open)


def _end(
    connection: Connection,
    replay_id: str,
    before: tuple[ReplayState, ...],
    state: ReplayState,
    values: dict[str, object],
) -> None:
    set_state(connection, replay_id, before, state, **values)
