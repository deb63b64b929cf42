"""How long an answer may become: by what is asked for, and by the answers that came before.

A small model that has lost its way writes until it is stopped. So no answer may be a multiple of
what was asked for: so many texts of so many tokens, as the model has written them until now. Too
small a limit costs a call, so there is room; an answer that was cut off makes it larger.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from schemas.table.wire import Exact
from services.llm.exchange.question import Question

FIXED_TOKENS = 256
"""For what stands around the texts, and a word before or after."""
FIRST_TOKENS_PER_TEXT = 48.0
"""Until answers were seen: three times of what they had with the models that were measured."""
MIN_TOKENS_PER_TEXT = 12.0
MARGIN = 2.5
MIN_SAMPLES = 3
WEIGHT_OF_LAST = 0.2
UNTOLD_ITEMS = 16
"""Of a list whose length nobody tells."""
UNTOLD_CHOICES = 6
"""Of a list in a list: the values of an enum."""
GROWTH, MAX_GROWTH = 4.0, 64.0
FORGET_S = 3600.0
MAX_KNOWN = 64

Node = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """The answers of a model to one kind of question.

    Attributes:
        tokens_per_text: A moving average, which grows at once and shrinks slowly.
        samples: How many answers came to their end.
        growth: By how much more there may be, since answers were cut off.
        thinks: Whether it thinks before it answers, and does not tell how much.
    """

    tokens_per_text: float = 0.0
    samples: int = 0
    growth: float = 1.0
    thinks: bool = False


class AnswerSize:
    """What answers of a process take.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Seen]] = {}

    def find_most(self, question: Question, model: str) -> int | None:
        """The most tokens that its answer may have; None where nobody knows what it is to hold."""
        if not question.exact:
            return None
        seen = self._of(model, question)
        if seen.thinks:
            return None
        rate = max(seen.tokens_per_text * MARGIN, MIN_TOKENS_PER_TEXT)
        if seen.samples < MIN_SAMPLES:
            rate = max(rate, FIRST_TOKENS_PER_TEXT)
        return FIXED_TOKENS + ceil(count_texts(question) * rate * seen.growth)

    def learn(self, question: Question, model: str, tokens: int) -> None:
        """Take in how many tokens an answer had that came to its end."""
        if not (question.exact and tokens):
            return
        seen, rate = self._of(model, question), tokens / max(1, count_texts(question))
        slowly = seen.tokens_per_text + (rate - seen.tokens_per_text) * WEIGHT_OF_LAST
        self._keep(
            model,
            question,
            replace(
                seen,
                tokens_per_text=max(rate, slowly) if seen.samples else rate,
                samples=seen.samples + 1,
                growth=max(1.0, seen.growth / 2),
            ),
        )

    def note_cut(self, question: Question, model: str, *, thinks: bool) -> None:
        """Take in that an answer was cut off at the limit.

        Args:
            thinks: Whether what came of it was thought.
        """
        seen = self._of(model, question)
        growth = min(seen.growth * GROWTH, MAX_GROWTH)
        self._keep(model, question, replace(seen, growth=growth, thinks=seen.thinks or thinks))

    def _of(self, model: str, question: Question) -> Seen:
        learned_at, seen = self._known.get(_name(model, question), (0.0, Seen()))
        return seen if self._clock() - learned_at < FORGET_S else Seen()

    def _keep(self, model: str, question: Question, seen: Seen) -> None:
        name = _name(model, question)
        self._known.pop(name, None)
        self._known[name] = (self._clock(), seen)
        while len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]


def count_texts(question: Question) -> int:
    """How many texts its answer holds, as its schema and what is wanted of it say."""
    schema = question.response_format["json_schema"]["schema"]
    return _count(schema, schema, question.exact, "")


def _name(model: str, question: Question) -> tuple[str, str]:
    return model, question.response_format["json_schema"]["name"]


def _count(node: Node, schema: Node, exact: Exact, path: str) -> int:
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].split("/")[-1]]
    if "anyOf" in node:
        others = [child for child in node["anyOf"] if child.get("type") != "null"]
        return _count(others[0], schema, exact, path)
    if node.get("type") == "array":
        return _count_items(path, exact) * _count(node.get("items", {}), schema, exact, path)
    properties = node.get("properties")
    if properties is None:
        return 1
    return sum(
        _count(child, schema, exact, f"{path}/{name}" if path else name)
        for name, child in properties.items()
    )


def _count_items(path: str, exact: Exact) -> int:
    wanted = exact.get(path)
    if isinstance(wanted, int):
        return wanted
    if isinstance(wanted, tuple):
        # A form for each of its items.
        return len(wanted)
    return UNTOLD_CHOICES if "/" in path else UNTOLD_ITEMS
