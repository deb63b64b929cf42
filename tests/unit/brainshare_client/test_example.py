"""The client reads every example of the document: answers as values, refusals as errors."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from brainshare_client.exchange.answer import Answer, tell_refusal
from brainshare_client.exchange.call import Call
from brainshare_client.exchange.error import Refused, UnreadableAnswer, find_class
from schemas.contract import Contract
from tests.unit.brainshare_client.test_resource import (
    DOCUMENT,
    OF_OPERATORS,
    find_operation,
    make_calls,
)

Example = tuple[str, int, Any]


def list_answers() -> Iterator[Example]:
    """Each answer that is no refusal: of which operation, its status and the example."""
    for path in DOCUMENT["paths"].values():
        for operation in (one for one in path.values() if isinstance(one, dict)):
            for status, answer in operation.get("responses", {}).items():
                content = answer.get("content", {}).get("application/json", {})
                if "example" in content:
                    yield operation["operationId"], int(status), content["example"]


CALLS: list[tuple[str | None, Call[Any]]] = [(find_operation(call), call) for call in make_calls()]
ANSWERS = [one for one in list_answers() if one[0] not in OF_OPERATORS]
REFUSALS = {name: one["value"] for name, one in DOCUMENT["components"]["examples"].items()}


def answer(status: int, example: Any) -> Answer:
    return Answer("http://gateway", status, httpx2.Headers(), json.dumps(example).encode())


def read_all(operation: str, told: Answer) -> Iterator[Any]:
    """What the methods of an operation make of it: a preview and a beginning are two."""
    for call in (call for name, call in CALLS if name == operation):
        with suppress(UnreadableAnswer):
            yield call.read(told)


@pytest.mark.parametrize(
    ("operation", "status", "example"), ANSWERS, ids=[f"{one[0]} {one[1]}" for one in ANSWERS]
)
def test_an_answer_is_a_value_that_says_the_same(operation: str, status: int, example: Any) -> None:
    read = [*read_all(operation, answer(status, example))]
    assert all(isinstance(value, Contract) for value in read)
    assert [value for value in read if set(example) <= set(json.loads(value.to_json()))] != []


@pytest.mark.parametrize("example", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_an_error_of_its_status(example: dict[str, Any]) -> None:
    error = tell_refusal(answer(example["status"], example))
    assert isinstance(error, Refused)
    assert type(error) is find_class(example["status"])
    assert (error.detail, error.request_id) == (example["detail"], example["requestId"])


def test_there_are_examples_of_both() -> None:
    assert len(ANSWERS) > 40
    assert len(REFUSALS) > 25
