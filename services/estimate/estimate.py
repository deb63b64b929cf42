"""Estimates a job from its request: the stages are gone through as they would run."""

from dataclasses import dataclass
from uuid import uuid4

from schemas.job.job import accept
from schemas.job.record import StageRecord, Usage
from schemas.job.request import SuggestionRequest
from schemas.stage import StageName
from services.column_agent.stage import STAGE as COLUMN
from services.estimate.rehearsal import Rehearsal, rehearse
from services.lifecycle.clock import utc_now
from services.llm.limit.price import Price
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.draft import MAX_RE_ASKS
from services.table_agent.stage import STAGE as TABLE

STAGES = (TABLE, COLUMN, ROW)
BASIS = (
    "the stages' own questions, at 3 bytes a token; answers as long as the table's own cells, each"
    f" good at once. What fails a check is asked for again, at most {MAX_RE_ASKS} times a stage;"
    " that and retries come on top"
)


@dataclass(frozen=True)
class StageEstimate:
    """What one stage would take.

    Attributes:
        cost_usd: US dollars; None where the price is not known.
        record_bytes: Of the record that it would publish, without what it says of its calls.
    """

    stage: StageName
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    record_bytes: int


@dataclass(frozen=True)
class Estimate:
    """What a job would take, stage by stage.

    Attributes:
        request_bytes: Of the record that the post becomes.
    """

    stages: tuple[StageEstimate, ...]
    request_bytes: int

    @property
    def calls(self) -> int:
        """Of all stages."""
        return sum(stage.calls for stage in self.stages)

    @property
    def input_tokens(self) -> int:
        """Of all stages."""
        return sum(stage.input_tokens for stage in self.stages)

    @property
    def output_tokens(self) -> int:
        """Of all stages."""
        return sum(stage.output_tokens for stage in self.stages)

    @property
    def cost_usd(self) -> float | None:
        """Of all stages; None where the price is not known."""
        costs = [stage.cost_usd for stage in self.stages]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None


def estimate_job(
    request: SuggestionRequest, model: str = "", price: Price | None = None
) -> Estimate:
    """What a request would take.

    Args:
        model: Its name, by which the price is looked up.
        price: None where nobody knows it.
    """
    record, stages = StageRecord(job=accept(request, uuid4(), utc_now())), list[StageEstimate]()
    request_bytes = len(record.to_json())
    for stage in STAGES:
        if stage.name in request.stages:
            rehearsal = rehearse(stage, record)
            record = rehearsal.record
            stages.append(_sum(stage.name, rehearsal, model, price))
    return Estimate(tuple(stages), request_bytes)


def _sum(stage: StageName, rehearsal: Rehearsal, model: str, price: Price | None) -> StageEstimate:
    calls = rehearsal.calls
    tokens_in = sum(call.input_tokens for call in calls)
    tokens_out = sum(call.output_tokens for call in calls)
    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
    cost_usd = 0.0 if not calls else price.cost_usd(model, usage) if price else None
    size = len(rehearsal.record.to_json())
    return StageEstimate(stage, len(calls), tokens_in, tokens_out, cost_usd, size)
