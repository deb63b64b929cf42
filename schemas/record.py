"""The record that flows through the stages: the job so far."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from schemas.contract import Contract
from schemas.job import Job
from schemas.stage import StageName
from schemas.suggestion import ColumnSuggestions, RowSuggestions, TableSuggestion

RECORD_SCHEMA = "stage-record/1"

Suggestion = TableSuggestion | ColumnSuggestions | RowSuggestions


class Engine(StrEnum):
    """What answered: canned demo data or a model."""

    DEMO = "demo"
    MODEL = "model"


class Usage(Contract):
    """Tokens as the provider reports them. None means not reported, which is not 0."""

    input_tokens: int | None = None
    output_tokens: int | None = None


class Provenance(Contract):
    """Where a suggestion comes from.

    Attributes:
        model: None when no call was needed, because nothing was asked for.
        prompt_sha: First 12 hex digits of the SHA-256 of the fixed prompt text and wire schema.
        request_id: The provider's id of the call, None where it gives none.
        latency_s: From sending the call to having the checked answer, in seconds.
    """

    attempt: int = 1
    model: str | None = None
    engine: Engine | None = None
    prompt_version: str
    prompt_sha: str
    request_id: str | None = None
    usage: Usage = Usage()
    latency_s: float = 0.0
    started_at: datetime
    ended_at: datetime


class Results(Contract):
    """The suggestions so far. None: that stage has not answered, or was not asked."""

    table: TableSuggestion | None = None
    column: ColumnSuggestions | None = None
    row: RowSuggestions | None = None

    def of(self, stage: StageName) -> Suggestion | None:
        """The suggestion of one stage."""
        suggestion: Suggestion | None = getattr(self, stage.value)
        return suggestion


class StageRecord(Contract):
    """The job so far: output of one stage, and as it stands the input of the next."""

    job: Job
    results: Results = Results()
    provenance: dict[StageName, Provenance] = Field(default_factory=dict)

    def with_result(self, stage: StageName, suggestion: Any, provenance: Provenance) -> Self:
        """The record after a stage has answered."""
        return self.model_copy(
            update={
                "results": self.results.model_copy(update={stage.value: suggestion}),
                "provenance": {**self.provenance, stage: provenance},
            }
        )
