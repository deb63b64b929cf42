"""Adds up what the calls of one attempt took."""

from collections.abc import Iterable
from typing import Any

from schemas.job.record import Engine, Usage
from services.llm.exchange.answer import Answer

TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")


class CallTotal:
    """The answers of one attempt."""

    def __init__(self) -> None:
        self._answers: list[Answer] = []

    def note(self, answer: Answer) -> None:
        """Count an answer, whatever its worth."""
        self._answers.append(answer)

    @property
    def calls(self) -> int:
        """How many calls were answered."""
        return len(self._answers)

    def describe(self) -> dict[str, Any]:
        """What the calls add to a suggestion's provenance; nothing when there was none."""
        if not self._answers:
            return {}
        last = self._answers[-1]
        engines = {answer.engine for answer in self._answers}
        return {
            "model": last.model,
            "engine": next(engine for engine in Engine if engine in engines),
            "request_id": last.request_id,
            "request_ids": tuple(a.request_id for a in self._answers if a.request_id),
            "usage": add_up(answer.usage for answer in self._answers),
            "latency_s": round(sum(answer.latency_s for answer in self._answers), 6),
            "level": last.level,
            "calls": self.calls,
        }


def add_up(usages: Iterable[Usage]) -> Usage:
    """The sum; a part that one of them does not report is not known."""
    items = list(usages)
    sums = {name: _sum([getattr(item, name) for item in items]) for name in TOKENS}
    marks = [item.is_estimated for item in items if item.is_estimated is not None]
    return Usage(**sums, is_estimated=any(marks) if marks else None)


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
