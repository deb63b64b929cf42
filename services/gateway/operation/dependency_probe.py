"""Asks what the gateway depends on whether it answers, without keeping the asker waiting."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

from services.telemetry.log import get_log

T = TypeVar("T")

PATIENCE_S = 0.2
"""How long an asker waits when there is a fresh answer, in seconds."""
TIMEOUT_S = 5.0
"""How long it waits when there is none. A broker holds an idle reader's requests back for 4 s."""
FRESH_S = 10.0

log = get_log()


class Probe(Generic[T]):
    """Asks one thing. Those who ask at the same time share one question."""

    def __init__(self, what: str, question: Callable[[], Awaitable[T]]) -> None:
        self._what = what
        self._question = question
        self._asking: asyncio.Task[None] | None = None
        self._answer: T | None = None
        self._answered_at = -FRESH_S

    async def ask(self, patience_s: float = TIMEOUT_S) -> T | None:
        """The answer, not much older than a moment; None when there is none.

        Args:
            patience_s: How long the asker waits at most, in seconds. The question goes on, so that
                whoever asks next may have its answer.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        least_s = PATIENCE_S if self._is_fresh else TIMEOUT_S
        await asyncio.wait({self._asking}, timeout=min(least_s, patience_s))
        return self._answer if self._is_fresh else None

    @property
    def _is_fresh(self) -> bool:
        return monotonic() - self._answered_at < FRESH_S

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                self._answer = await self._question()
            self._answered_at = monotonic()
        except Exception as error:  # whatever a client raises, what it asked did not answer
            self._answered_at = -FRESH_S
            log.warning("probe_failed", what=self._what, error_type=type(error).__name__)
