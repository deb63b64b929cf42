"""What the tests ask the demo model: tables in prompts, calls, and the schemas of the stages."""

from typing import Any

from pydantic_core import from_json, to_json

from services.demo_llm.answer.engine import KNOWN_SCHEMAS, answer_call, load_knowledge
from services.demo_llm.request.chat_call import ChatCall, draw_from

TABLE, COLUMN, ROW = KNOWN_SCHEMAS
KNOWLEDGE = load_knowledge()

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def _object(*names: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, _TEXT) | properties}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_CHOICES = _maybe(_TEXTS)
_LEAD = _maybe(
    _object("name", "dataType", enumValues=_CHOICES, description=_TEXT),
)
SCHEMAS: dict[str, dict[str, Any]] = {
    TABLE: _object(
        "title",
        "description",
        "entity",
        "language",
        primary=_LEAD,
        secondary=_LEAD,
        sampleRow=_TEXTS,
        columnReadings={
            "type": "array",
            "items": _object("columnKey", "inferredType", "meaning"),
        },
    ),
    COLUMN: _object(
        columns={
            "type": "array",
            "items": _object("why", "name", "dataType", enumValues=_CHOICES, description=_TEXT),
        },
        fill={"type": "array", "items": _object("row", cells=_TEXTS)},
    ),
    ROW: _object(rows={"type": "array", "items": _object(cells=_TEXTS)}),
}


def make_table(
    title: str = "",
    headers: tuple[str, ...] = (),
    rows: tuple[tuple[str, ...], ...] = (),
    *,
    columns: int = 5,
    new_rows: int = 5,
    **fields: Any,
) -> dict[str, Any]:
    """Return a table as our prompts write one; headers have no declared type."""
    keyed = [[f"r{number}", *row] for number, row in enumerate(rows, start=1)]
    return {
        "mode": "extend" if headers else "new",
        "title": title,
        "description": "",
        "columns": [describe_column(f"c{n}", name) for n, name in enumerate(headers, start=1)],
        "rows": keyed,
        "totalRows": len(keyed),
        "want": {"columns": columns, "rows": new_rows, "fill": [row[0] for row in keyed]},
        "table": None,
    } | fields


def describe_column(
    key: str, name: str, data_type: str | None = None, choices: list[str] | None = None
) -> dict[str, Any]:
    """Return a column as our prompts write one."""
    return {"key": key, "name": name, "dataType": data_type, "enumValues": choices}


def make_body(schema_name: str, table: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the body of a chat request for a stage."""
    prompt = f"Here is the table.\n\n```json\n{to_json(table).decode()}\n```\n"
    schema = {"name": schema_name, "strict": True, "schema": SCHEMAS[schema_name]}
    return {
        "model": "demo-table-1",
        "messages": [
            {"role": "system", "content": "You suggest."},
            {"role": "user", "content": prompt},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
    } | fields


def ask(schema_name: str, table: dict[str, Any], seed: int = 0) -> dict[str, Any]:
    """Return the demo model's answer, without HTTP."""
    call = ChatCall.model_validate(make_body(schema_name, table, seed=seed))
    rng = draw_from(call.hash_call(schema_name))
    answer = answer_call(call, schema_name, rng, KNOWLEDGE)
    assert isinstance(answer, dict)
    return answer


def finish_columns(table: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the table with the answered columns in it, as the row stage is asked."""
    added = [
        describe_column(f"n{n}", c["name"], c["dataType"], c["enumValues"])
        for n, c in enumerate(answer["columns"])
    ]
    filled = {item["row"]: item["cells"] for item in answer["fill"]}
    rows = [row + filled.get(row[0], []) for row in table["rows"]]
    return table | {"columns": table["columns"] + added, "rows": rows}


def read_content(completion: bytes) -> dict[str, Any]:
    """Return the JSON inside the first choice of a completion."""
    content: dict[str, Any] = from_json(from_json(completion)["choices"][0]["message"]["content"])
    return content
