"""Asks a process of its own about the past: reading the topics takes seconds of CPU.

It is started when it is first needed, and ended when nobody has asked for a while, since it holds
what a stage does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any, Protocol, TypeVar, TypeVarTuple

from schemas.stage import StageName
from services.gateway.api.problem import refuse_for_now, refuse_parameter, refuse_when_busy
from services.gateway.compute.frame import write_frame
from services.gateway.compute.process import ComputeProcess
from services.kafka import KafkaSettings
from services.replay.comparison.control import ControlError
from services.replay.question import compare as comparing
from services.replay.question import plan as planning
from services.replay.question import promote as promoting
from services.replay.question import report as reporting
from services.replay.question.compare import CompareQuestion
from services.replay.question.plan import (
    ControlQuestion,
    PastUnreadableError,
    Planned,
    PlanQuestion,
)
from services.replay.question.promote import Promotable, PromotionQuestion
from services.replay.question.report import ReportForm, ShownComparison

ANSWER_S = 120.0
"""For all that a month has left, with room; a process that is silent for longer is replaced."""

IDLE_S = 60.0

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class PastIsBusyError(Exception):
    """Somebody else's question is being answered."""


@contextmanager
def asking_the_past() -> Iterator[None]:
    """Ask within it, and what cannot be answered now is told as that.

    Raises:
        ProblemError: 503; 422 of a control that is none of it.
    """
    try:
        yield
    except PastIsBusyError as error:
        raise refuse_when_busy("another plan or comparison is in hand") from error
    except PastUnreadableError as error:
        raise refuse_for_now(f"the topics cannot be read: {error}") from error
    except ControlError as error:
        raise refuse_parameter("control", str(error)) from error


class Past(Protocol):
    """Answers questions about the past.

    Raises:
        PastIsBusyError: It answers one at a time.
        PastUnreadableError: The topics cannot be read.
        ComputeLostError: The process was lost over it.
    """

    async def plan(self, asked: PlanQuestion, now: datetime) -> Planned:
        """Plan a replay."""
        ...

    async def plan_control(self, asked: ControlQuestion, now: datetime) -> Planned:
        """Plan a control of a replay."""
        ...

    async def compare(self, asked: CompareQuestion) -> dict[str, Any]:
        """What has become of the jobs of a manifest; ControlError where the control is none."""
        ...

    async def show_comparison(self, asked: CompareQuestion, jobs_at: str) -> ShownComparison:
        """The same as a page shows it, which has a page for each job below a path."""
        ...

    async def write_report(self, asked: CompareQuestion, form: ReportForm) -> bytes:
        """The same as a file."""
        ...

    async def find_promotable(self, asked: PromotionQuestion) -> Promotable:
        """Which results of a replay pass a rule."""
        ...

    async def find_prompt(self, stage: StageName) -> str:
        """The version of the prompt that this release has for a stage."""
        ...


class Asked(Protocol):
    """A process that is asked one thing at a time."""

    async def ask(self, question: bytes) -> tuple[bool, Any]:
        """Ask: whether it was computed, and what came of it."""
        ...

    async def close(self) -> None:
        """End it; the next question starts it again."""
        ...


class PastProcess:
    """Asks a process.

    Args:
        idle_s: After so many seconds without a question the process is ended.
    """

    def __init__(self, settings: KafkaSettings, process: Asked, idle_s: float = IDLE_S) -> None:
        self._settings = settings
        self._process = process
        self._idle_s = idle_s
        self._is_asked = False
        self._ending: asyncio.Task[None] | None = None

    async def plan(self, asked: PlanQuestion, now: datetime) -> Planned:
        """Plan a replay."""
        return await self._ask(planning.plan, self._settings, asked, now)

    async def plan_control(self, asked: ControlQuestion, now: datetime) -> Planned:
        """Plan a control of a replay."""
        return await self._ask(planning.plan_control, asked, now)

    async def compare(self, asked: CompareQuestion) -> dict[str, Any]:
        """What has become of the jobs of a manifest."""
        return await self._ask(comparing.compare, self._settings, asked)

    async def show_comparison(self, asked: CompareQuestion, jobs_at: str) -> ShownComparison:
        """The same as a page shows it."""
        return await self._ask(reporting.show_comparison, self._settings, asked, jobs_at)

    async def write_report(self, asked: CompareQuestion, form: ReportForm) -> bytes:
        """The same as a file."""
        return await self._ask(reporting.write_report, self._settings, asked, form)

    async def find_promotable(self, asked: PromotionQuestion) -> Promotable:
        """Which results of a replay pass a rule."""
        return await self._ask(promoting.find_promotable, self._settings, asked)

    async def find_prompt(self, stage: StageName) -> str:
        """The version of the prompt that this release has for a stage."""
        return await self._ask(planning.find_prompt, stage)

    async def close(self) -> None:
        """End the process."""
        if self._ending is not None:
            self._ending.cancel()
            with suppress(asyncio.CancelledError):
                await self._ending
        await self._process.close()

    async def _ask(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        if self._is_asked:
            raise PastIsBusyError
        self._is_asked = True
        if self._ending is not None:
            self._ending.cancel()
        try:
            is_value, answer = await self._process.ask(write_frame((function, arguments)))
        finally:
            self._is_asked = False
            self._ending = asyncio.create_task(self._end_when_idle())
        if not is_value:
            raise answer
        answered: T = answer
        return answered

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(self._idle_s)  # noqa: TID251 - its purpose
        await self._process.close()


@asynccontextmanager
async def open_past(settings: KafkaSettings) -> AsyncIterator[PastProcess]:
    """Answer questions until the context is left."""
    past = PastProcess(settings, ComputeProcess(answer_s=ANSWER_S))
    try:
        yield past
    finally:
        await past.close()
