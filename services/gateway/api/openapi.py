"""How routes tell the OpenAPI document what FastAPI cannot see: bodies are read as bytes."""

from http import HTTPStatus
from typing import Any

from schemas.api.problem import Problem
from schemas.contract import RequestContract
from services.gateway.api.answer import name_status
from services.gateway.api.problem import PROBLEM_TYPE

Answers = dict[int | str, dict[str, Any]]

SCHEMA_REF = "#/components/schemas/{model}"
PROBLEM_REF = SCHEMA_REF.format(model=Problem.__name__)


def describe_body(contract: type[RequestContract], example: Any) -> dict[str, Any]:
    """What a route reads as bytes: one of `BODIES`."""
    schema = {"$ref": SCHEMA_REF.format(model=contract.__name__)}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def describe_optional_body(contract: type[RequestContract], example: Any) -> dict[str, Any]:
    """What a route reads where it is sent."""
    described = describe_body(contract, example)
    described["requestBody"]["required"] = False
    return described


def describe_file(media_type: str, description: str, example: str) -> dict[str, Any]:
    """What a route answers with a file."""
    described = {"schema": {"type": "string"}, "example": example}
    content = {media_type.partition(";")[0]: described}
    return {"description": description, "content": content}


def describe_problem(status: HTTPStatus) -> dict[str, Any]:
    """An error that is answered as a problem.

    It refers to the problem's schema: of a model FastAPI would make a validator for each answer of
    each route, more than 400 at a start, and hold no answer against them.
    """
    content = {PROBLEM_TYPE: {"schema": {"$ref": PROBLEM_REF}}}
    return {"description": name_status(status), "content": content}


def problems(*statuses: HTTPStatus) -> Answers:
    """The errors that a route answers."""
    every = (*statuses, HTTPStatus.INTERNAL_SERVER_ERROR)
    return {int(status): describe_problem(status) for status in every}
