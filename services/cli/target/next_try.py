"""When the stages of a stack that runs here try their jobs again.

A job knows when its record comes back to its stage. A parked stage takes none before its next
probe, which its agent alone knows.
"""

import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.client import HTTPException

from schemas.api.status import JobSummary, StageState, StageStatus
from schemas.stage import StageName
from services.cli.stack.park_watch import Parked, read_parked
from services.cli.target.target import Target
from services.lifecycle.clock import utc_now

ANSWER_S = 1.0
LOOK_S = 2.0
"""A view that is drawn four times a second asks no oftener."""
MOST_BYTES = 100_000

Ask = Callable[[str], Parked | None]


class NextTries:
    """When parked stages try again, by what their agents say.

    Args:
        ask: What an agent at an address says of its stage; None where it is not parked, or away.
        clock: Monotonic seconds.
        now: The time of day, with a zone.
    """

    def __init__(
        self,
        target: Target,
        ask: Ask | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._target = target
        self._ask = ask or ask_agent
        self._clock = clock
        self._now = now
        self._probes: dict[StageName, tuple[float, datetime | None]] = {}

    def put_into(self, job: JobSummary) -> JobSummary:
        """The job, whose stages that wait for a parked one are not tried before it tries."""
        return job.model_copy(update={"stages": tuple(map(self._time, job.stages))})

    def _time(self, stage: StageStatus) -> StageStatus:
        if stage.state is not StageState.WAITING:
            return stage
        probe_at = self._find_probe(stage.name)
        if probe_at is None or (stage.retry_at is not None and probe_at <= stage.retry_at):
            return stage
        return stage.model_copy(update={"retry_at": probe_at})

    def _find_probe(self, name: StageName) -> datetime | None:
        """The next probe of a stage, of its workers the first; None where none is known."""
        asked_at, probe_at = self._probes.get(name, (None, None))
        if asked_at is None or self._clock() - asked_at >= LOOK_S:
            probe_at = min(self._ask_workers(name), default=None)
            self._probes[name] = self._clock(), probe_at
        return probe_at

    def _ask_workers(self, name: StageName) -> Iterator[datetime]:
        stack = self._target.stack
        for process in stack.processes if stack else ():
            if process.name.startswith(f"{name.value}-agent") and process.address:
                parked = self._ask(process.address)
                if parked is not None and parked.probe_in_s is not None:
                    yield self._now() + timedelta(seconds=parked.probe_in_s)


def ask_agent(address: str) -> Parked | None:
    """What an agent says of its stage; None where it is not parked, or the agent away."""
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=ANSWER_S) as answer:
            return read_parked(answer.read(MOST_BYTES))
    except (OSError, HTTPException):
        return None
