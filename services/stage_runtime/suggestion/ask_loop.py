"""Asks until what was wanted is there, or asking again is used up. Pure but for the calls.

Four budgets are counted apart: quick retries of one call, re-asks for what failed a check, smaller
questions after an answer that was cut off, smaller samples for a context that is too long. Money
and time are bounds of each call.
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
from services.stage_runtime.suggestion.call_sizing import CallSizing
from services.stage_runtime.suggestion.call_total import CallTotal
from services.stage_runtime.suggestion.draft import (
    MAX_SAMPLE_TOKENS,
    CallPlan,
    Draft,
    DraftResult,
    Yield,
)
from services.stage_runtime.suggestion.prompt import name_question, write_messages
from services.stage_runtime.suggestion.stage import Stage

# 2,000 rows in batches of 60 are 34 calls.
MAX_CALLS = 48
# From 60 rows to one.
MAX_SHRINKS = 6
MAX_HALVINGS = 4
COOLER = 0.2
WRONG_FORM = "the answer did not have the right form"
# The same question again would end the same way.
ADAPTABLE = frozenset({Failure.CUT_OFF, Failure.CONTEXT_TOO_LONG, Failure.REFUSED})
ANSWERED = frozenset({Failure.CUT_OFF, Failure.EMPTY, Failure.REFUSED})
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
    """The calls of one attempt.

    Attributes:
        is_first_usable: Whether something of the first answer can be used; None before it came.
        goes_on: Whether the last answer was one of several pieces, and good.
    """

    stage: Stage[Any]
    ask: Ask
    pause: Callable[[float], Awaitable[None]]
    bounds: Bounds
    total: CallTotal = field(default_factory=CallTotal)
    sizing: CallSizing = field(default_factory=CallSizing)
    re_asks: int = 0
    found: list[CheckOutcome] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    shrinks: int = 0
    halvings: int = 0
    was_cut_off_alone: bool = False
    may_be_cut: bool = False
    was_refused: bool = False
    planned: int = 0
    is_first_usable: bool | None = None
    goes_on: bool = False

    async def run(self, record: StageRecord) -> DraftResult:
        """Ask, and ask again for what failed, until there is nothing more to ask.

        Raises:
            StageError: Nothing usable came of it.
        """
        draft: Draft[Any] = self.stage.begin(record)
        while self.total.calls < MAX_CALLS and (plan := self._plan(draft)) is not None:
            try:
                answer = await self._call(plan)
            except StageError as error:
                if error.failure in ANSWERED:
                    self._note_first(is_usable=False)
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

    def _plan(self, draft: Draft[Any]) -> CallPlan | None:
        """The next question; a smaller one where the last may not have been read as a whole."""
        # A piece after a good piece is no re-ask, even where all of those are used up.
        size = self.sizing.size
        plan = draft.plan(replace(size, re_asks=size.re_asks or 1) if self.goes_on else size)
        if plan is None or not (plan.is_again and self.may_be_cut and self._shrink(plan)):
            return plan
        self.may_be_cut = False
        return draft.plan(self.sizing.size)

    async def _call(self, plan: CallPlan) -> Answer:
        task = self.stage.task(plan.data)
        messages = write_messages(
            self.stage.instructions, plan, task, self.problems, neutral=self.was_refused
        )
        self.planned = max(self.planned, self.total.calls + 1 + plan.more)
        temperature = COOLER if self.problems or self.was_cut_off_alone else None
        question = Question(
            messages,
            self.stage.response_format,
            exact=plan.exact,
            columns=plan.columns,
            deadline_at=self.bounds.deadline_at,
            job=self.bounds.job,
            purpose=self.bounds.purpose,
            name=name_question(self.stage.prompt_sha, messages, temperature),
            temperature=temperature,
            planned=self.planned,
        )
        answer = await try_here(lambda: self._ask_once(question), self.pause)
        if isinstance(answer, StageError):
            raise answer
        self.total.note(answer)
        self.may_be_cut = answer.may_be_cut
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
        self.problems = reading.problems if reading.answer is None else ()
        if reading.dropped:
            message = "an item of the answer did not have the right form"
            self.found.append(find("C20", DROPPED, "", message, count=reading.dropped))
        taken = draft.take(reading.answer, plan) if reading.answer is not None else draft
        if plan.is_again and not self.goes_on:
            self._spend_re_ask(plan.findings)
        self._weigh(draft.yielded, taken.yielded, plan)
        if reading.answer is not None:
            return taken
        if not self._may_re_ask:
            return None
        if not plan.is_again:
            self._spend_re_ask((find("C20", RE_ASKED, "", WRONG_FORM),))
        return draft

    def _weigh(self, before: Yield, after: Yield, plan: CallPlan) -> None:
        """Ask for less at once after an answer of no use, for more after a good piece."""
        is_use = sum(after) > sum(before)
        self._note_first(is_usable=is_use)
        self.goes_on = after.kept > before.kept and self.sizing.piece is not None
        is_most = 2 * (after.kept - before.kept) >= plan.data.want.things
        self.sizing = (
            self.sizing.after_use(is_most=is_most) if is_use else self.sizing.after_nothing()
        )

    @property
    def _may_re_ask(self) -> bool:
        return self.sizing.whole.re_asks > 0

    def _bound(self, **bounds: int) -> None:
        self.sizing = self.sizing.with_whole(replace(self.sizing.whole, **bounds))

    def _note_first(self, *, is_usable: bool) -> None:
        if self.is_first_usable is None:
            self.is_first_usable = is_usable

    def _spend_re_ask(self, findings: tuple[CheckOutcome, ...]) -> None:
        self.re_asks += 1
        self._bound(re_asks=self.sizing.whole.re_asks - 1)
        self.found += [find(item.id, RE_ASKED, item.where, item.message) for item in findings]

    def _adapt(self, error: StageError, plan: CallPlan) -> bool:
        """Whether another question may be answered: a smaller one, or one in other words."""
        if error.failure is Failure.CONTEXT_TOO_LONG:
            return self._shrink(plan)
        if error.failure is Failure.CUT_OFF:
            return self._ask_for_less(plan)
        if error.failure is Failure.REFUSED and not self.was_refused and self._may_re_ask:
            self.was_refused = True
            self._spend_re_ask((find("C19", RE_ASKED, "", "the model declined to answer"),))
            return True
        return False

    def _shrink(self, plan: CallPlan) -> bool:
        """Show half of the rows; False where that has been done often enough, or one is left."""
        rows = len(plan.data.rows)
        if self.shrinks >= MAX_SHRINKS or (self.shrinks and rows <= 1):
            return False
        self.shrinks += 1
        tokens = MAX_SAMPLE_TOKENS // 2**self.shrinks
        self._bound(rows=max(1, rows // 2), tokens=tokens)
        return True

    def _ask_for_less(self, plan: CallPlan) -> bool:
        """Ask for half of the rows, or the same once more where that was one: models run away."""
        asked = max(len(plan.data.want.fill), plan.data.want.rows)
        if asked > 1 and self.halvings < MAX_HALVINGS:
            self.halvings += 1
            self._bound(items=asked // 2)
            return True
        is_first, self.was_cut_off_alone = not self.was_cut_off_alone, True
        return is_first

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
