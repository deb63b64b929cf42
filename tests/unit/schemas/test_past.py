"""Whatever was ever written to a topic is read: a file for each form that a record has had.

A file is never changed. A field that is added goes into a new one, which a test here asks for.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from schemas.contract import Contract
from schemas.job.record import PROMPT_RECORD_SCHEMA, StageRecord
from schemas.kafka.ahead import is_schema_ahead
from schemas.kafka.control import CONTROL_SCHEMA, PROMOTION_SCHEMA, CancelRequest, Promotion
from schemas.kafka.event import EVENT_SCHEMA, JobEvent
from schemas.kafka.headers import NAMES, decode_headers

CONTRACTS: dict[str, type[Contract]] = {
    PROMPT_RECORD_SCHEMA: StageRecord,
    EVENT_SCHEMA: JobEvent,
    CONTROL_SCHEMA: CancelRequest,
    PROMOTION_SCHEMA: Promotion,
}
FILES = sorted((Path(__file__).parent / "past").glob("*.json"))
PAST = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in FILES}


@pytest.mark.parametrize("name", PAST)
def test_a_record_of_the_past_is_read_and_none_of_it_is_lost(name: str) -> None:
    headers, value = PAST[name]["headers"], PAST[name]["value"]
    read = decode_headers((header, text.encode()) for header, text in headers.items())
    contract = next(c for ours, c in CONTRACTS.items() if is_same(read.schema, ours))
    again = json.loads(contract.from_json(json.dumps(value)).to_json())
    assert set(fields_of(value)) <= set(fields_of(again))


def is_same(schema: str, ours: str) -> bool:
    return schema == ours or is_schema_ahead(ours, schema)


def fields_of(value: Any) -> Iterator[str]:
    """The names in a JSON document, at any depth."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from fields_of(item)
    if isinstance(value, list):
        for item in value:
            yield from fields_of(item)


def names_in(kind: Any, seen: set[Any]) -> Iterator[str]:
    """The names that a contract has in JSON, at any depth."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for name, field in kind.model_fields.items():
            yield field.alias or name
            yield from names_in(field.annotation, seen)
    for part in get_args(kind):
        yield from names_in(part, seen)


@pytest.mark.parametrize("schema", CONTRACTS)
def test_every_field_of_a_contract_is_in_a_file(schema: str) -> None:
    name = schema.partition("/")[0]
    held = {f for file, past in PAST.items() if file.startswith(name) for f in fields_of(past)}
    assert set(names_in(CONTRACTS[schema], set())) - held == set()


def test_every_header_is_in_a_file() -> None:
    assert set(NAMES.values()) - {h for past in PAST.values() for h in past["headers"]} == set()
