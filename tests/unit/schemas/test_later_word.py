"""A word of a later release, in each enum of each contract that crosses a topic.

The enums are found in the models, so a new one is covered by itself, once the example holds it.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from schemas.contract import Contract
from schemas.job.check import CheckAction, CheckOutcome, Missing, MissingPart, Severity
from schemas.job.prompt import carry_prompt
from schemas.job.record import Engine, Results, StageRecord
from schemas.kafka.ahead import is_value_ahead
from schemas.kafka.control import CancelRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers, encode_headers, salvage_headers
from schemas.open_enum import OpenEnum
from schemas.stage import STAGE_ORDER, StageName
from schemas.table.context import DataType
from schemas.table.suggestion import ColumnReading, ColumnSuggestion
from tests.factory import JOB_ID, NOW, OLD_TABLE, make_provenance, make_record
from tests.factory import make_table_suggestion as make_table

LATER = "of a later release"
PROVENANCE = make_provenance(
    engine=Engine.MODEL,
    checks=[CheckOutcome(id="C01", action=CheckAction.DROPPED, severity=Severity.INFO, message="")],
    missing=[Missing(what=MissingPart.ROWS, asked=2, given=1)],
)
TABLE = make_table(
    primary=ColumnSuggestion(name="Name", data_type=DataType.TEXT),
    column_readings=[ColumnReading(column_key="c1", inferred_type=DataType.TEXT)],
)
JOB = make_record(context=OLD_TABLE).job
RECORD = make_record(context=OLD_TABLE).model_copy(
    update={
        "job": JOB.model_copy(update={"prompt": carry_prompt(StageName.TABLE, "Say it.")}),
        "results": Results(table=TABLE),
        "provenance": dict.fromkeys(STAGE_ORDER[:1], PROVENANCE),
    }
)
EVENT = JobEvent(kind=EventKind.STARTED, job_id=JOB_ID, stage=StageName.TABLE, worker="w-0", at=NOW)
CANCEL = CancelRequest(job_id=JOB_ID, asked_at=NOW)
EXAMPLES: tuple[Contract, ...] = (RECORD, EVENT, CANCEL)

Path = tuple[str | int, ...]


def enums_in(kind: Any, seen: set[Any]) -> Iterator[type[StrEnum]]:
    """The enums that a type's values can hold, at any depth."""
    if kind in seen:
        return
    seen.add(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        yield kind
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for field in kind.model_fields.values():
            yield from enums_in(field.annotation, seen)
    for part in get_args(kind):
        yield from enums_in(part, seen)


def words_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, type[StrEnum]]]:
    """Where an example holds a word of an enum, by the names that JSON has."""
    if isinstance(value, StrEnum):
        yield path, type(value)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from words_in(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from words_in(item, (*path, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from words_in(item, (*path, key))


def put(document: Any, path: Path, word: str) -> None:
    for part in path[:-1]:
        document = document[part]
    document[path[-1]] = word


def look(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def is_ahead(contract: type[Contract], content: bytes) -> bool:
    try:
        contract.from_json(content)
    except ValidationError as error:
        return is_value_ahead(error)
    return False


PLACES = [
    pytest.param(example, path, enum, id=f"{type(example).__name__}-{'/'.join(map(str, path))}")
    for example in EXAMPLES
    for path, enum in words_in(example)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_the_example_holds_a_word_of_each_enum(example: Contract) -> None:
    assert set(enums_in(type(example), set())) == {enum for _, enum in words_in(example)}


@pytest.mark.parametrize(("example", "path", "enum"), PLACES)
def test_a_later_word_is_kept_or_its_record_waits(
    example: Contract, path: Path, enum: type[StrEnum]
) -> None:
    document = from_json(example.to_json())
    put(document, path, LATER)
    if issubclass(enum, OpenEnum):
        read = type(example).from_json(to_json(document))
        assert look(from_json(read.to_json()), path) == LATER
        return
    assert is_ahead(type(example), to_json(document))


@pytest.mark.parametrize(("example", "path", "enum"), PLACES)
@pytest.mark.parametrize("nonsense", ["<b>", "", "x" * 33, 7, None])
def test_what_no_release_would_write_is_not_ahead(
    example: Contract, path: Path, enum: type[StrEnum], nonsense: Any
) -> None:
    document = from_json(example.to_json())
    put(document, path, nonsense)
    assert not is_ahead(type(example), to_json(document))


HEADER_ENUMS = [
    (name, enum)
    for name, field in Headers.__dataclass_fields__.items()
    for enum in enums_in(field.type, set())
]


@pytest.mark.parametrize(("field", "enum"), HEADER_ENUMS)
def test_a_later_word_in_a_header_is_kept(field: str, enum: type[StrEnum]) -> None:
    written = [(field.replace("_", "-"), LATER.encode()), ("attempt", b"2")]
    read = salvage_headers(written)
    assert issubclass(enum, OpenEnum)
    assert (getattr(read, field), read.attempt) == (LATER, 2)
    assert set(written) <= set(encode_headers(read))


def test_a_record_with_another_fault_beside_a_later_word_is_not_ahead() -> None:
    document = from_json(RECORD.to_json())
    put(document, ("results", "table", "primary", "dataType"), LATER)
    del document["job"]["want"]
    assert not is_ahead(StageRecord, to_json(document))
