"""Keeps the answers of an attempt, so that what cuts it short costs one call, not all of them.

A plan follows from the answers before it, so the same answers lead to the same next question: an
attempt that begins anew goes through its kept answers and calls where they end.
"""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Ask, Question

KeptAnswer = tuple[str, Answer]
"""The name of a question, and what was answered."""


@dataclass(frozen=True)
class CallCount:
    """How far an attempt has come.

    Attributes:
        done: Calls that were answered.
        planned: Calls in all, as far as is known; at least one more than were answered.
    """

    done: int
    planned: int


async def _keep_nothing(question: str, answer: Answer, calls: CallCount) -> None:
    """Nowhere to keep it."""


@dataclass(frozen=True)
class AttemptAnswers:
    """The answers of one attempt.

    Attributes:
        known: Those that were kept before it was cut short, in their order.
        keep: Keeps one, under its question's name, and says how far the attempt has come; returns
            once no crash can lose it.
    """

    known: tuple[KeptAnswer, ...] = ()
    keep: Callable[[str, Answer, CallCount], Awaitable[None]] = _keep_nothing


NO_ANSWERS = AttemptAnswers()


class AnswerKeeper:
    """Asks what was not answered before. One that is not the last of its attempt is kept.

    Attributes:
        recalled: How many calls were saved.
    """

    def __init__(self, ask: Ask, answers: AttemptAnswers) -> None:
        self._ask = ask
        self._keep = answers.keep
        self._known: defaultdict[str, deque[Answer]] = defaultdict(deque)
        for name, answer in answers.known:
            self._known[name].append(answer)
        self._latest: KeptAnswer | None = None
        self._done = 0
        self.recalled = 0

    async def ask(self, question: Question) -> Answer:
        """Answer a question, by a call where need be."""
        if known := self._known[question.name]:
            self.recalled += 1
            self._done += 1
            return known.popleft()
        if self._latest is not None:
            # Only now is it known that the attempt goes on, and has something to lose.
            calls = CallCount(self._done, max(question.planned, self._done + 1))
            await self._keep(*self._latest, calls)
            self._latest = None
        answer = await self._ask(question)
        self._done += 1
        self._latest = (question.name, answer)
        return answer
