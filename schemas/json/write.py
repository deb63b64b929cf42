"""Writes the JSON Schemas of the contracts beside this file, for readers in other languages.

Run `python -m schemas.json.write` after a change; a test fails while they differ.
"""

import json
from pathlib import Path

from schemas.api.dead_letter import (
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    DiscardRequest,
    RedriveRequest,
    RedriveResult,
)
from schemas.api.job.rerun import RerunRequest
from schemas.api.problem import Problem
from schemas.api.result import SuggestionResult
from schemas.api.status import HistoryPage, JobPage, JobStatus
from schemas.contract import Contract
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.event import JobEvent

FOLDER = Path(__file__).parent
PUBLISHED: dict[str, type[Contract]] = {
    "suggestion-request": SuggestionRequest,
    "stage-record": StageRecord,
    "job-event": JobEvent,
    "suggestion-result": SuggestionResult,
    "job-status": JobStatus,
    "job-page": JobPage,
    "history-page": HistoryPage,
    "dead-letter-page": DeadLetterPage,
    "dead-letter-groups": DeadLetterGroups,
    "dead-letter-record": DeadLetterRecord,
    "redrive-request": RedriveRequest,
    "redrive-result": RedriveResult,
    "discard-request": DiscardRequest,
    "problem": Problem,
    "rerun-request": RerunRequest,
}


def render(contract: type[Contract]) -> str:
    """The JSON Schema of a contract, as the file holds it."""
    schema = contract.model_json_schema(by_alias=True)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema, indent=2, ensure_ascii=False) + "\n"


def write_all() -> None:
    """Write every published contract's schema."""
    FOLDER.mkdir(exist_ok=True)
    for name, contract in PUBLISHED.items():
        (FOLDER / f"{name}.schema.json").write_text(render(contract), encoding="utf-8")


if __name__ == "__main__":
    write_all()
