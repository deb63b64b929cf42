"""Keeps to what may be spent: on one call, and by one worker on one day."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from services.failure.error import BudgetError
from services.failure.verdict import Failure
from services.lifecycle.clock import utc_now
from services.llm.exchange.question import Question
from services.llm.limit.price import Price
from services.telemetry.log import get_log

log = get_log()


class DailyBudget:
    """What a worker may spend in a day of UTC; the day's sum outlives the process.

    Args:
        limit_usd: None for no limit: then no file is written.
        path: The file of this worker alone.
        now: The clock, aware.
    """

    def __init__(
        self,
        limit_usd: float | None = None,
        path: Path = Path("spending.json"),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._limit_usd = limit_usd
        self._path = path
        self._now = now
        self._reserved_usd = 0.0
        self._day, self._spent_usd = self._read() if limit_usd is not None else ("", 0.0)

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit."""
        return self._limit_usd is not None

    @property
    def spent_usd(self) -> float:
        """What was spent today."""
        return self._spent_usd if self._day == self._today() else 0.0

    def reserve(self, worst_usd: float) -> None:
        """Put a call's worst cost aside; `settle` takes its place.

        Raises:
            BudgetError: It is more than is left. The stage parks until the next day of UTC.
        """
        if self._limit_usd is None:
            return
        if self.spent_usd + self._reserved_usd + worst_usd <= self._limit_usd:
            self._reserved_usd += worst_usd
            return
        message = f"the day's {self._limit_usd:g} USD (LLM_DAILY_BUDGET_USD) are spent"
        raise BudgetError(
            message,
            failure=Failure.DAILY_BUDGET,
            code="daily-budget",
            retry_after_s=self._until_tomorrow_s(),
        )

    def settle(self, worst_usd: float, cost_usd: float) -> None:
        """Take in what a call did cost. Written before anything follows from the call."""
        if self._limit_usd is None:
            return
        self._reserved_usd -= worst_usd
        if not cost_usd:
            return
        self._day, self._spent_usd = self._today(), self.spent_usd + cost_usd
        try:
            self._write()
        except OSError as error:
            # The sum holds in this process; an answer that was paid for is not thrown away.
            log.error("spending_not_written", path=str(self._path), error=str(error))

    def _write(self) -> None:
        draft = self._path.with_suffix(".draft")
        spent = json.dumps({"day": self._day, "spentUsd": self._spent_usd})
        draft.write_text(spent, encoding="utf-8")
        os.replace(draft, self._path)

    def _read(self) -> tuple[str, float]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return str(kept["day"]), float(kept["spentUsd"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return "", 0.0

    def _today(self) -> str:
        return self._now().date().isoformat()

    def _until_tomorrow_s(self) -> float:
        now = self._now()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - now).total_seconds()


class CallBudget:
    """Lets no call be made that might cost more than may be spent.

    Args:
        price: Of the model.
    """

    def __init__(self, price: Price, daily: DailyBudget) -> None:
        self.price = price
        self._daily = daily

    def reserve(self, model: str, question: Question, tokens: int, most_output: int) -> float:
        """Put the call's worst cost aside, and return it; `settle` takes its place.

        Args:
            tokens: Of the prompt.
            most_output: Tokens that the answer may have.

        Raises:
            BudgetError: The job's money, or the day's, does not suffice.
        """
        if question.budget_usd is None and not self._daily.is_limited:
            return 0.0
        worst_usd = self.price.worst_usd(model, tokens, most_output)
        if question.budget_usd is not None:
            _refuse_over(worst_usd, question.budget_usd)
        self._daily.reserve(worst_usd or 0.0)
        return worst_usd or 0.0

    def settle(self, worst_usd: float, charge_usd: float) -> None:
        """Take in what a call counts for: its cost, or its worst where that is not known."""
        self._daily.settle(worst_usd, charge_usd)


def _refuse_over(worst_usd: float | None, left_usd: float) -> None:
    if worst_usd is None:
        message = (
            "maxCostUsd cannot be kept, since the model's price is not known: set"
            " LLM_PRICE_INPUT_PER_MTOK and LLM_PRICE_OUTPUT_PER_MTOK"
        )
        raise BudgetError(message, code="price-unknown")
    if worst_usd > left_usd:
        message = (
            f"the next call may cost {worst_usd:.4f} USD, and {left_usd:.4f} USD are left of the"
            " job's maxCostUsd"
        )
        raise BudgetError(message, code="max-cost")
