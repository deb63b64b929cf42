"""Runs tables through the stages' own code, with a model server that proposes what was held out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from schemas.job.job import accept
from schemas.job.record import Provenance, StageRecord
from schemas.job.request import SuggestionRequest
from services.column_agent.stage import STAGE as COLUMN
from services.lifecycle.clock import utc_now
from services.llm.exchange.question import Ask
from services.llm.server.settings import LlmSettings
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from services.table_agent.stage import STAGE as TABLE
from tests.eval.asking import open_ask
from tests.fidelity.comparison import Comparison, compare
from tests.fidelity.held_model import HeldModel, serving
from tests.fidelity.table import Held, Row, Table, declare, hold_columns, hold_rows

CALLS_AT_A_TIME = 4


@dataclass
class TableOutcome:
    """What came of a table, rows and columns held out, with and without declared types."""

    table: str
    in_json: Comparison = field(default_factory=Comparison)
    in_csv: Comparison = field(default_factory=Comparison)

    @property
    def compared(self) -> int:
        """Cells compared."""
        return self.in_json.compared + self.in_csv.compared

    @property
    def changed(self) -> int:
        """Cells that are not what they were."""
        return self.in_json.changed + self.in_csv.changed

    @property
    def examples(self) -> list[tuple[Row, Row]]:
        """Rows that should have come, and what came."""
        return [*self.in_json.examples, *self.in_csv.examples]


async def run_tables(tables: Sequence[Table]) -> list[TableOutcome]:
    """Run each table four times, one after the other: the server knows one at a time."""
    model = HeldModel()
    with serving(model) as base_url:
        settings = LlmSettings(base_url=base_url, api_key="held", model="held-1")
        async with open_ask(settings, CALLS_AT_A_TIME) as ask:
            return [await _run_table(table, model, ask) for table in tables]


async def _run_table(table: Table, model: HeldModel, ask: Ask) -> TableOutcome:
    outcome = TableOutcome(table.name)
    for hold, is_typed in product((hold_rows, hold_columns), (False, True)):
        held = hold(table)
        model.held, model.is_typed = held, is_typed
        record = await run_job(make_request(held, is_typed=is_typed), ask)
        for whole, part in zip(
            (outcome.in_json, outcome.in_csv), compare(held, record), strict=True
        ):
            whole.add(part)
    return outcome


def make_request(held: Held, *, is_typed: bool) -> SuggestionRequest:
    """Ask for as much as was held out, with or without declared types."""
    table = held.existing
    columns: list[dict[str, Any]] = [{"name": header} for header in table.headers]
    for place, column in enumerate(columns if is_typed else ()):
        kind, members = declare(tuple(row[place] for row in (*table.rows, *held.rows)))
        column |= {"dataType": kind, "enumValues": members}
    context = {
        "title": table.name,
        "columns": columns,
        "rows": [{"cells": list(row)} for row in table.rows],
    }
    want = {"columns": len(held.columns), "rows": len(held.rows), "fillExisting": True}
    body = {"tableId": "held", "context": context, "want": want}
    return SuggestionRequest.model_validate(body)


async def run_job(request: SuggestionRequest, ask: Ask) -> StageRecord:
    """Let all three stages answer."""
    job_id = uuid5(NAMESPACE_URL, request.context.title)
    record = StageRecord(job=accept(request, job_id, utc_now()))
    stages: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)
    for stage in stages:
        begun_at = utc_now()
        suggested = await Suggester(stage, ask).suggest(record)
        provenance = Provenance(
            prompt_version=stage.prompt_version,
            prompt_sha=stage.prompt_sha,
            started_at=begun_at,
            ended_at=utc_now(),
            **suggested.provenance,
        )
        record = record.with_result(stage.name, suggested.suggestion, provenance)
    return record
