"""The form of a rerun: what it begins with, and what it asks for. Pure.

It says all that it shows, as the person leaves it, and the whole table where that was changed; so
what was not changed is as the source has it. What is wrong is told at its field.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from schemas.api.problem import FieldError
from schemas.job.record import StageRecord
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.api.problem import refuse_field
from services.gateway.rerun.decision import Source

MOST_TABLE_CHARS = 32 * 1024
"""Beyond that, nobody edits a table in a form."""

PARTS = ("columns", "rows")
DEADLINE_S = "3600"
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)

FIELD_OF = (
    ("/fromStage", "fromStage"),
    ("/context/title", "title"),
    ("/context/description", "description"),
    ("/context", "table"),
    ("/want/columns", "columns"),
    ("/want/rows", "rows"),
    ("/want/fillExisting", "fillExisting"),
    ("/options", "maxCostUsd"),
    ("/tags", "tags"),
    ("/deadlineS", "deadlineS"),
)
"""Where what is wrong with a request stands in the form, the first that fits."""


@dataclass(frozen=True)
class RerunForm:
    """What can be run again, and with what.

    Attributes:
        stages: From which it can begin.
        context: The source's table, by the names in JSON.
        fields: What stands in the form.
        is_editable: Whether the table is small enough for it.
        errors: What is wrong with it, by field; "" for the whole.
    """

    stages: tuple[StageName, ...]
    context: Mapping[str, Any]
    fields: Mapping[str, str]
    is_editable: bool
    errors: Mapping[str, str] = field(default_factory=dict)


def begin_form(source: Source) -> RerunForm:
    """The form as a job has it."""
    record = StageRecord.from_json(source.value)
    job, results = record.job, record.results
    context = job.context.model_dump(mode="json", by_alias=True, exclude_none=True)
    table = json.dumps({part: context[part] for part in PARTS}, ensure_ascii=False, indent=1)
    known = [s for s in STAGE_ORDER if s in source.stages or results.of(s) is not None]
    answered = [s for s in known if results.of(s) is not None]
    stages = tuple(known[: len(answered) + 1])
    cost_usd = job.options.max_cost_usd
    fields = {
        "fromStage": stages[0].value if stages else "",
        "title": job.context.title,
        "description": job.context.description,
        "table": table,
        "columns": str(job.want.columns),
        "rows": str(job.want.rows),
        "fillExisting": "true" if job.want.fill_existing else "",
        "maxCostUsd": "" if cost_usd is None else f"{cost_usd:g}",
        "tags": ", ".join(job.tags),
        "deadlineS": DEADLINE_S,
        "key": uuid4().hex,
    }
    return RerunForm(stages, context, fields, len(table) <= MOST_TABLE_CHARS)


def write_request(form: RerunForm) -> bytes:
    """The request that a form asks for.

    Raises:
        ProblemError: 422; what stands for the table is no table.
    """
    fields = form.fields
    asked: dict[str, Any] = {
        "fromStage": fields["fromStage"],
        "want": {
            "columns": _read(WHOLE, fields["columns"]),
            "rows": _read(WHOLE, fields["rows"]),
            "fillExisting": bool(fields["fillExisting"]),
        },
        "options": {"maxCostUsd": _read(DECIMAL, fields["maxCostUsd"])},
        "tags": [tag.strip() for tag in fields["tags"].split(",") if tag.strip()],
        "idempotencyKey": fields["key"] or None,
    }
    if fields["deadlineS"]:
        asked["deadlineS"] = _read(WHOLE, fields["deadlineS"])
    context = {**form.context, "title": fields["title"], "description": fields["description"]}
    if form.is_editable:
        context |= _read_table(fields["table"])
    if context != form.context:
        asked["context"] = context
    return json.dumps(asked).encode()


def refuse_form(form: RerunForm, errors: Sequence[FieldError], detail: str) -> RerunForm:
    """The form with what is wrong. It asks for another job than the one that was refused."""
    fields = {**form.fields, "key": uuid4().hex}
    return replace(form, fields=fields, errors=place_errors(errors, detail))


def place_errors(errors: Sequence[FieldError], detail: str) -> dict[str, str]:
    """What is wrong, by the field that it is told at."""
    placed: dict[str, str] = {}
    for error in errors:
        name = next((name for start, name in FIELD_OF if error.pointer.startswith(start)), "")
        told = error.message if name else f"{error.pointer} {error.message}".strip()
        # In the table it is one of many: say which.
        inside = error.pointer.removeprefix("/context/") if name == "table" else ""
        told = f"{inside}: {told}" if inside else told
        placed.setdefault(name, told)
    return placed or {"": detail}


def _read(number: re.Pattern[str], text: str) -> Any:
    """The number that a text says; the text where it says none, which is refused in words."""
    said = text.strip()
    if not said:
        return None
    return json.loads(said) if number.fullmatch(said) and not _is_padded(said) else said


def _is_padded(said: str) -> bool:
    """JSON has no number that begins with a nought."""
    digits = said.removeprefix("-")
    return digits.startswith("0") and digits[1:2].isdigit()


def _read_table(text: str) -> dict[str, Any]:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f": {error}" if isinstance(error, json.JSONDecodeError) else ""
        raise refuse_field("/context", f"the table is no JSON{at}") from error
    if not isinstance(table, dict) or table.keys() - {*PARTS}:
        raise refuse_field("/context", "a table is an object with columns and rows")
    return {part: table.get(part, []) for part in PARTS}
