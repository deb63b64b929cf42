"""How many tokens a server takes, as it has told, for each of its models and for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

FORGET_S = 3600.0
"""A server may be started anew with a larger context, and a model be updated under its name."""
MAX_MODELS = 32
MARGIN_TOKENS = 32
"""What a server adds to a prompt by itself."""
MIN_OUTPUT_TOKENS = 256
"""Less is no answer: a prompt that leaves no room for it must be made shorter instead."""
REASONING_MARGIN = 1.5
MAX_REASONING_TOKENS = 65_536
"""One absurd report must not make every later request too large."""


@dataclass(frozen=True)
class ModelLimit:
    """What is known of one model, in tokens.

    Attributes:
        output: The most of an answer, None where that is not known.
        window: The most of prompt and answer together, None where that is not known.
        reasoning: What it may think with beside the answer.
    """

    output: int | None = None
    window: int | None = None
    reasoning: int = 0


NOTHING = ModelLimit()


class LearnedLimits:
    """What the models of a process take.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, ModelLimit]] = {}

    def of(self, model: str) -> ModelLimit:
        """What is known of a model; nothing once it is too old."""
        learned_at, limit = self._known.get(model, (0.0, NOTHING))
        return limit if self._clock() - learned_at < FORGET_S else NOTHING

    def find_cap(self, model: str, wanted: int, prompt_tokens: int) -> int:
        """The most tokens to ask for: what is wanted, within what the model takes."""
        limit = self.of(model)
        bounds = [wanted]
        if limit.output is not None:
            bounds.append(limit.output)
        if limit.window is not None:
            room = limit.window - prompt_tokens - MARGIN_TOKENS
            bounds.append(max(MIN_OUTPUT_TOKENS, room))
        return min(bounds)

    def learn(self, model: str, *, output: int | None = None, window: int | None = None) -> None:
        """Take in what a server has said. What it does not say stays as it was."""
        known = self.of(model)
        told = replace(known, output=output or known.output, window=window or known.window)
        self._keep(model, told)

    def learn_reasoning(self, model: str, tokens: int) -> None:
        """Take in with how many tokens a model has thought, before its answer."""
        known = self.of(model)
        seen = min(int(tokens * REASONING_MARGIN), MAX_REASONING_TOKENS)
        if seen > known.reasoning:
            self._keep(model, replace(known, reasoning=seen))

    def _keep(self, model: str, limit: ModelLimit) -> None:
        self._known.pop(model, None)
        self._known[model] = (self._clock(), limit)
        while len(self._known) > MAX_MODELS:
            del self._known[next(iter(self._known))]
