"""The record that flows through the stages: the job so far."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import from_json, to_json

from schemas.contract import Attempt, Contract
from schemas.job.check import CheckOutcome, Missing
from schemas.job.job import Job
from schemas.open_enum import OpenEnum
from schemas.stage import StageName
from schemas.table.suggestion import ColumnSuggestions, RowSuggestions, TableSuggestion

RECORD_SCHEMA = "stage-record/1"
PROMPT_RECORD_SCHEMA = "stage-record/2"
"""Of a request whose job brings a prompt along, up to the stage that answers by it: an earlier
release would pass over that and answer by its own, so it waits for its upgrade. All else is the
same, and what that stage has answered is a `stage-record/1` again."""

Suggestion = TableSuggestion | ColumnSuggestions | RowSuggestions


class Engine(OpenEnum):
    """What answered: canned demo data or a model."""

    DEMO = "demo"
    MODEL = "model"


class Usage(Contract):
    """Tokens as the provider reports them. None means not reported, which is not 0.

    Attributes:
        cached_tokens: Those of the input that the provider had at hand; part of input_tokens.
        reasoning_tokens: Those of the output that the model thought with; part of output_tokens.
        is_estimated: Whether they were estimated instead of counted, as the demo engine does.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    is_estimated: bool | None = None


class Provenance(Contract):
    """Where a suggestion comes from.

    Attributes:
        model: None when no call was needed, because nothing was asked for.
        prompt_sha: First 12 hex digits of the SHA-256 of the fixed prompt text and wire schema.
        request_id: The provider's id of the last call, None where it gives none.
        usage: Of all calls of this attempt; a part that one of them does not report is None.
        latency_s: What all calls of this attempt took, in seconds.
        calls: How many calls of this attempt were answered; None in records that do not say.
        re_asks: How many of them asked again for what had failed a check.
        cost_usd: None where the model's price is not known, which is not 0.
        level: How the model was asked for JSON: a step of the ladder.
        checks: What the checks found, where something did not simply pass.
        checks_run: Ids of all checks that were applied.
        missing: What was asked for and is not there.
        parameters: Names what its calls were made with beside their questions, the model that was
            asked for among it: 12 hex digits; None where no call was made, or that is not known.
        reused_from: The job whose answer this is, taken over without a call; None where it is its
            own.
    """

    attempt: Attempt = 1
    model: str | None = None
    engine: Engine | None = None
    prompt_version: str
    prompt_sha: str
    request_id: str | None = None
    usage: Usage = Usage()
    latency_s: float = 0.0
    calls: int | None = None
    re_asks: int = 0
    request_ids: tuple[str, ...] = ()
    checks: tuple[CheckOutcome, ...] = ()
    checks_run: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    cost_usd: float | None = None
    level: str | None = None
    parameters: str | None = None
    reused_from: UUID | None = None
    started_at: AwareDatetime
    ended_at: AwareDatetime


class Results(Contract):
    """The suggestions so far. None: that stage has not answered, or was not asked."""

    table: TableSuggestion | None = None
    column: ColumnSuggestions | None = None
    row: RowSuggestions | None = None

    def of(self, stage: StageName) -> Suggestion | None:
        """The suggestion of one stage."""
        suggestion: Suggestion | None = getattr(self, stage.value)
        return suggestion


class EarlierAnswer(Contract):
    """What a stage has answered in the job of which another one is a replay.

    Attributes:
        question: Names what it had got, see `earlier.digest_question`.
        suggestion: As JSON has it.
    """

    question: str
    suggestion: dict[str, Any]
    provenance: Provenance


class StageRecord(Contract):
    """The job so far: output of one stage, and as it stands the input of the next.

    A row that is longer or shorter than its table has cells that nobody can place: refused.

    Attributes:
        earlier: What stages that are still to come may take over, where they get the same.
    """

    job: Job
    results: Results = Results()
    provenance: dict[StageName, Provenance] = Field(default_factory=dict)
    earlier: dict[StageName, EarlierAnswer] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _cells_fit_their_columns(self) -> Self:
        column, row = self.results.column, self.results.row
        new = len(column.columns) if column else 0
        for place, fill in enumerate(column.fill if column else (), 1):
            _fit(len(fill.cells), new, f"filled row {place}")
        for place, proposed in enumerate(row.rows if row else (), 1):
            width = len(self.job.context.columns) + new
            _fit(len(proposed.cells), width, f"proposed row {place}")
        return self

    def with_result(self, stage: StageName, suggestion: Any, provenance: Provenance) -> Self:
        """The record after a stage has answered."""
        return self.model_copy(
            update={
                "results": self.results.model_copy(update={stage.value: suggestion}),
                "provenance": {**self.provenance, stage: provenance},
            }
        )

    def provisionally(self, stage: StageName, suggestion: Any) -> Self:
        """The record as it would be with a suggestion that is not complete yet."""
        results = self.results.model_copy(update={stage.value: suggestion})
        return self.model_copy(update={"results": results})


def _fit(cells: int, columns: int, what: str) -> None:
    if cells != columns:
        raise ValueError(f"{what}: {cells} cells for {columns} columns")


def schema_of_request(job: Mapping[str, Any]) -> str:
    """Under which version the request of a job is published.

    Args:
        job: As JSON has it.
    """
    return PROMPT_RECORD_SCHEMA if job.get("prompt") else RECORD_SCHEMA


def add_answer(
    came_as: bytes, stage: StageName, suggestion: BaseModel | None, provenance: Provenance
) -> bytes:
    """The bytes of a record after a stage has answered.

    All else stays as it came, also what a later release has written and this one does not know;
    but for its earlier answer, which nobody needs any more.
    """
    document = from_json(came_as)
    if earlier := document.get("earlier"):
        document["earlier"] = {name: said for name, said in earlier.items() if name != stage.value}
    for part, answer in (("results", suggestion), ("provenance", provenance)):
        written = answer and answer.model_dump(mode="json", by_alias=True)
        document[part] = {**(document.get(part) or {}), stage.value: written}
    return to_json(document)
