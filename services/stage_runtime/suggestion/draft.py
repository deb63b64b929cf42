"""A suggestion in the making: what to ask for next, and what has come of it so far."""

from dataclasses import dataclass, field, replace
from math import ceil
from typing import NamedTuple, Protocol, Self, TypeVar

from pydantic import BaseModel

from schemas.job.check import CheckOutcome, Missing
from schemas.table.prompt_data import MAX_PROMPT_ROWS, PromptData
from schemas.table.wire import Exact

MAX_RE_ASKS = 2
MAX_SAMPLE_TOKENS = 12_000
MAX_COLUMNS = 10

W = TypeVar("W", bound=BaseModel, contravariant=True)


@dataclass(frozen=True)
class CallSize:
    """How much a call may hold.

    Attributes:
        re_asks: How many times what has failed may still be asked for again.
        rows: Most rows that are shown.
        tokens: Most tokens that the shown rows may take, as estimated.
        items: Most rows, or values by row, that may be asked for at once.
        columns: Most columns that may be asked for at once.
    """

    re_asks: int = MAX_RE_ASKS
    rows: int = MAX_PROMPT_ROWS
    tokens: int = MAX_SAMPLE_TOKENS
    items: int = MAX_PROMPT_ROWS
    columns: int = MAX_COLUMNS

    @property
    def batch(self) -> int:
        """Most rows that get their values from one call."""
        return min(self.rows, self.items)


@dataclass(frozen=True)
class CallPlan:
    """A call to make.

    Attributes:
        is_again: Whether it asks for something that was asked for before: a re-ask.
        findings: What was wrong with it.
        exact: What the answer is to hold, where the schema can say it.
        more: How many calls are to follow it, if all goes well.
    """

    data: PromptData
    is_again: bool = False
    findings: tuple[CheckOutcome, ...] = ()
    exact: Exact = field(default_factory=dict)
    more: int = 0

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Key and header of each column whose cells are asked for; () for columns to come."""
        want, columns = self.data.want, self.data.columns
        if want.fill:
            columns = tuple(column for key in want.into for column in columns if column.key == key)
        return tuple((column.key, column.name) for column in columns)

    def before(self, left: int, each: int) -> "CallPlan":
        """The same, with so many more things to ask for behind it, so many at a time."""
        return replace(self, more=self.more + ceil(max(0, left) / max(1, each)))


@dataclass(frozen=True)
class DraftResult:
    """What all answers together came to.

    Attributes:
        suggestion: None when nothing of it can be used.
    """

    suggestion: BaseModel | None
    found: tuple[CheckOutcome, ...] = ()
    missing: tuple[Missing, ...] = ()


class Yield(NamedTuple):
    """How many things have come.

    Attributes:
        held: Those in doubt, for which better ones are asked for.
    """

    kept: int
    held: int = 0


class Draft(Protocol[W]):
    """What a stage makes of its answers. Pure: nothing is changed, a new draft is returned."""

    @property
    def yielded(self) -> Yield:
        """What has come so far of what was asked for."""

    def plan(self, size: CallSize) -> CallPlan | None:
        """What to ask for next; None when nothing is missing that may be asked for."""

    def take(self, answer: W, plan: CallPlan) -> Self:
        """Judge the answer to a plan, item by item, and keep what is good."""

    def settle(self) -> DraftResult:
        """End with what there is."""
