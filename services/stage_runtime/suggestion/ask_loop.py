"""Asks until what was wanted is there, or asking again is used up. Pure but for the calls.

Four budgets are counted apart: quick retries of one call, re-asks for what failed a check, one
larger or smaller question after an answer that was cut off, two smaller samples for a context that
is too long. Money and time are bounds of each call.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.job.check import CheckOutcome
from schemas.job.record import StageRecord
from services.check.finding import DROPPED, FLAGGED, RE_ASKED, find
from services.failure.error import OutputInvalidError, StageError
from services.failure.quick_retry import try_here
from services.failure.verdict import Failure
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Ask, Bounds, Question
from services.stage_runtime.suggestion.answer_parser import read_wire
from services.stage_runtime.suggestion.call_total import CallTotal
from services.stage_runtime.suggestion.draft import (
    MAX_SAMPLE_TOKENS,
    CallPlan,
    CallSize,
    Draft,
    DraftResult,
)
from services.stage_runtime.suggestion.prompt import name_question, write_messages
from services.stage_runtime.suggestion.stage import Stage

# 2,000 rows in batches of 60 are 34 calls.
MAX_CALLS = 48
MAX_SHRINKS = 2
LARGER_CAP_TOKENS = 16_384
COOLER = 0.2
# The same question again would end the same way.
ADAPTABLE = frozenset({Failure.CUT_OFF, Failure.CONTEXT_TOO_LONG, Failure.REFUSED})
# After these what is there already is worth more than another attempt.
FINAL = ADAPTABLE | {
    Failure.CONTENT_POLICY,
    Failure.EMPTY,
    Failure.OUTPUT_INVALID,
    Failure.BUDGET,
    Failure.DEADLINE,
}


@dataclass
class AskLoop:
    """The calls of one attempt."""

    stage: Stage[Any]
    ask: Ask
    pause: Callable[[float], Awaitable[None]]
    bounds: Bounds
    total: CallTotal = field(default_factory=CallTotal)
    size: CallSize = field(default_factory=CallSize)
    re_asks: int = 0
    found: list[CheckOutcome] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    shrinks: int = 0
    cap_tokens: int | None = None
    was_cut_off: bool = False
    was_refused: bool = False

    async def run(self, record: StageRecord) -> DraftResult:
        """Ask, and ask again for what failed, until there is nothing more to ask.

        Raises:
            StageError: Nothing usable came of it.
        """
        draft: Draft[Any] = self.stage.begin(record)
        while self.total.calls < MAX_CALLS and (plan := draft.plan(self.size)) is not None:
            try:
                answer = await self._call(plan)
            except StageError as error:
                if self._adapt(error, plan):
                    continue
                if not self._may_end(draft, plan, error):
                    raise
                message = f"no further answer came: {error.failure.value}"
                self.found.append(find("C19", FLAGGED, "", message))
                break
            taken = self._take(draft, answer, plan)
            if taken is None:
                break
            draft = taken
        return self._settle(draft)

    async def _call(self, plan: CallPlan) -> Answer:
        messages = write_messages(
            self.stage.instructions, plan, self.problems, neutral=self.was_refused
        )
        question = Question(
            messages,
            self.stage.response_format,
            max_completion_tokens=self.cap_tokens,
            deadline_at=self.bounds.deadline_at,
            job=self.bounds.job,
            name=name_question(self.stage.prompt_sha, messages, self.cap_tokens),
            temperature=COOLER if self.problems else None,
        )
        answer = await try_here(lambda: self._ask_once(question), self.pause)
        if isinstance(answer, StageError):
            raise answer
        self.total.note(answer)
        return answer

    async def _ask_once(self, question: Question) -> Answer | StageError:
        """One call. A failure that the same question would meet again is no matter for retries."""
        try:
            return await self.ask(question)
        except StageError as error:
            if error.failure not in ADAPTABLE:
                raise
            return error

    def _take(self, draft: Draft[Any], answer: Answer, plan: CallPlan) -> Draft[Any] | None:
        """Judge an answer; None when none has the right form and it is not asked for again."""
        reading = read_wire(answer.content, self.stage.wire)
        if plan.is_again:
            self._spend_re_ask(plan.findings)
        self.problems = reading.problems if reading.answer is None else ()
        if reading.dropped:
            message = "an item of the answer did not have the right form"
            self.found.append(find("C20", DROPPED, "", message, count=reading.dropped))
        if reading.answer is not None:
            return draft.take(reading.answer, plan)
        if plan.is_again:
            return draft if self.size.re_asks else None
        if not self.size.re_asks:
            return None
        self._spend_re_ask((find("C20", RE_ASKED, "", "the answer did not have the right form"),))
        return draft

    def _spend_re_ask(self, findings: tuple[CheckOutcome, ...]) -> None:
        self.re_asks += 1
        self.size = replace(self.size, re_asks=self.size.re_asks - 1)
        self.found += [find(item.id, RE_ASKED, item.where, item.message) for item in findings]

    def _adapt(self, error: StageError, plan: CallPlan) -> bool:
        """Whether another question may be answered: a smaller one, or one in other words."""
        if error.failure is Failure.CONTEXT_TOO_LONG and self.shrinks < MAX_SHRINKS:
            self.shrinks += 1
            part = 2 if self.shrinks == 1 else 8
            rows = max(1, len(plan.data.rows) // 2 if part == 2 else len(plan.data.rows) // 4)
            self.size = replace(self.size, rows=rows, tokens=MAX_SAMPLE_TOKENS // part)
            return True
        if error.failure is Failure.CUT_OFF and not self.was_cut_off:
            self.was_cut_off = True
            asked = max(len(plan.data.want.fill), plan.data.want.rows)
            if asked > 1:
                self.size = replace(self.size, items=asked // 2)
            else:
                self.cap_tokens = LARGER_CAP_TOKENS
            return True
        if error.failure is Failure.REFUSED and not self.was_refused and self.size.re_asks:
            self.was_refused = True
            self._spend_re_ask((find("C19", RE_ASKED, "", "the model declined to answer"),))
            return True
        return False

    def _may_end(self, draft: Draft[Any], plan: CallPlan, error: StageError) -> bool:
        """Whether to end with what there is: asking again is not worth losing what was paid for."""
        if error.failure is Failure.HANDED_OVER:
            return False  # nothing of it is lost
        is_final = plan.is_again or error.failure in FINAL
        return is_final and self.total.calls > 0 and draft.settle().suggestion is not None

    def _settle(self, draft: Draft[Any]) -> DraftResult:
        result = draft.settle()
        if result.suggestion is not None:
            return replace(result, found=(*self.found, *result.found))
        if self.problems:
            raise OutputInvalidError(f"the model's answer does not fit: {self.problems[0]}")
        first = next(iter(result.found), None)
        message = first.message if first else "it is empty"
        raise OutputInvalidError(
            f"nothing of the model's answer can be used: {message}",
            code=first.id if first else None,
        )
