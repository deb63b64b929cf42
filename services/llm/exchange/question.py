"""What is asked of a model: one call, and the bounds that it must keep to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.job.purpose import Purpose
from schemas.table.wire import Exact
from services.llm.exchange.answer import Answer
from services.llm.exchange.response_format import narrow
from services.llm.json.named_cell import Headers

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Bounds:
    """What one attempt must keep to.

    Attributes:
        spent_usd: What earlier attempts of the stage cost, as the record's header says.
        deadline_at: Nothing is called after it; None for never.
        job: The job's key; b"" where none is known.
        purpose: What the job is there for.
    """

    spent_usd: float | None = None
    deadline_at: datetime | None = None
    job: bytes = b""
    purpose: Purpose = Purpose.JOB


NO_BOUNDS = Bounds()


@dataclass(frozen=True)
class Question:
    """One call to make.

    Attributes:
        response_format: The strict wire schema. A server that does not take it is asked otherwise.
        exact: What this answer is to hold, for a server that takes another schema for each call.
        max_completion_tokens: Most tokens of the answer; None for the setting.
        budget_usd: What the call may cost at worst, in US dollars; None for no limit.
        deadline_at: No call is made and none goes on after it; None for never.
        temperature: None for the server's own.
        job: Tells apart whose calls fail. Never sent.
        purpose: What the job is there for. Never sent.
        columns: Those that the cells of the answer are of, in their order: the names that each may
            be called by; () where they are not known. Never sent.
        planned: How many calls its attempt takes in all, with those before it and as far as is
            known; 0 where nobody knows. Never sent.
        name: Tells it apart from others of its job, by what it asks; "" where nobody needs that.
    """

    messages: Messages
    response_format: dict[str, Any]
    exact: Exact = field(default_factory=dict, kw_only=True)
    max_completion_tokens: int | None = None
    budget_usd: float | None = None
    deadline_at: datetime | None = None
    temperature: float | None = None
    job: bytes = b""
    purpose: Purpose = Purpose.JOB
    name: str = ""
    columns: Headers = ()
    planned: int = 0

    @property
    def wanted(self) -> dict[str, Any] | None:
        """The schema of this one answer; None where it is the static one."""
        if not self.exact:
            return None
        schema: dict[str, Any] = narrow(self.response_format, self.exact)["json_schema"]["schema"]
        return schema


Ask = Callable[[Question], Awaitable[Answer]]
