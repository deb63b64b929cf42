"""Completes what FastAPI writes: bodies are read as bytes, and refused by what stands before it."""

from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from schemas.api.act import ActRequest, PromotionRequest
from schemas.api.batch import BatchRequest, BulkRequest
from schemas.api.dead_letter import DiscardRequest, RedriveRequest
from schemas.api.job.rerun import RerunRequest
from schemas.api.key import KeyRequest, RotateRequest, StreamTokenRequest
from schemas.api.problem import Problem
from schemas.api.replay.request import (
    ReplayControlRequest,
    ReplayPromotionRequest,
    ReplayRequest,
    ReplayRollbackRequest,
    ReplayStartRequest,
)
from schemas.api.tenant_limit import LimitRequest
from schemas.api.webhook import RecoverRequest, SecretRequest, WebhookChange, WebhookRequest
from schemas.contract import RequestContract
from schemas.job.request import SuggestionRequest
from services.gateway.api.answer import JSON_TYPE
from services.gateway.api.openapi import SCHEMA_REF, describe_problem
from services.gateway.api.problem import PROBLEM_TYPE
from services.gateway.document.attribute import describe_fields
from services.gateway.document.example import find_example
from services.gateway.document.header import describe_headers, describe_if_none_match
from services.gateway.document.link import list_links
from services.gateway.document.problem_example import describe_problems, refer_to_problem
from services.gateway.document.security import SECURITY_BY_TOKEN, SECURITY_SCHEMES, list_ways_in
from services.gateway.document.stream_event import STREAMS, describe_stream, describe_streams

BODIES: tuple[type[RequestContract], ...] = (
    SuggestionRequest,
    BatchRequest,
    RedriveRequest,
    DiscardRequest,
    BulkRequest,
    ReplayRequest,
    ReplayControlRequest,
    ReplayStartRequest,
    ReplayPromotionRequest,
    ReplayRollbackRequest,
    KeyRequest,
    LimitRequest,
    RotateRequest,
    StreamTokenRequest,
    ActRequest,
    PromotionRequest,
    RerunRequest,
    WebhookRequest,
    WebhookChange,
    SecretRequest,
    RecoverRequest,
)

Document = dict[str, Any]

EVERYWHERE = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""How every operation that needs a role may be refused, before its route is asked or after."""

SERVERS = [{"url": "/", "description": "The gateway that this document is read from"}]
OF_FASTAPI = ("HTTPValidationError", "ValidationError")
"""What FastAPI would answer; we say what is wrong as a problem."""


def complete_document(
    app: FastAPI, needed: Mapping[str, str], followed: Collection[str], *, is_local: bool
) -> None:
    """Let an application serve the completed document.

    Args:
        needed: The role that each operation needs which is not public.
        followed: The operations that a stream token in the address is good for.
        is_local: Whether it may be asked without a key.
    """
    generate, ways_in = app.openapi, list_ways_in(is_local=is_local)

    def openapi() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(generate(), needed, followed, ways_in)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(
    document: Document,
    needed: Mapping[str, str],
    followed: Collection[str],
    ways_in: list[Document],
) -> Document:
    named: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    named += [(body, "validation") for body in BODIES]
    _, named_schemas = models_json_schema(named, ref_template=SCHEMA_REF)
    schemas = document["components"]["schemas"]
    schemas |= named_schemas["$defs"] | describe_streams()
    for name in OF_FASTAPI:
        schemas.pop(name, None)
    describe_fields(schemas)
    document["servers"] = SERVERS
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    document["components"]["examples"] = describe_problems()
    for path, operation in _list_operations(document):
        name = operation["operationId"]
        _describe_parameters(operation)
        _add_refusals(operation, needed.get(name), is_of_job="{job_id}" in path)
        if role := needed.get(name):
            by_token = SECURITY_BY_TOKEN if name in followed else []
            operation |= {"security": [*ways_in, *by_token], "x-role": role}
        for status, answer in operation["responses"].items():
            _complete_answer(name, status, answer)
            if PROBLEM_TYPE in (content := answer.get("content", {})):
                content[PROBLEM_TYPE]["examples"] = refer_to_problem(path, operation, status)
    return document


def _list_operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, operations in document["paths"].items():
        yield from ((path, operation) for operation in operations.values())


def _describe_parameters(operation: Document) -> None:
    """Nothing in an address or header is null: what is optional is left out."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        schema.pop("title", None)  # its name, with odd capitals
        said = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
        parameter["schema"] = schema | (
            said[0] if len(said) == 1 else {"anyOf": said} if said else {}
        )
    if "304" in operation["responses"]:
        operation.setdefault("parameters", []).append(describe_if_none_match())


def _add_refusals(operation: Document, role: str | None, *, is_of_job: bool) -> None:
    statuses = [*(EVERYWHERE if role else (HTTPStatus.MISDIRECTED_REQUEST,))]
    statuses += [HTTPStatus.GONE] if is_of_job else []
    answers = operation["responses"]
    if str(int(HTTPStatus.UNPROCESSABLE_ENTITY)) in answers and role:
        del answers["422"]  # FastAPI's own, or one that says the same
    for status in statuses:
        answers.setdefault(str(int(status)), describe_problem(status))


def _complete_answer(operation: str, status: str, answer: Document) -> None:
    content = answer.get("content", {})
    if JSON_TYPE in content and (example := find_example(content[JSON_TYPE]["schema"])):
        content[JSON_TYPE]["example"] = example
    if operation in STREAMS and status == "200":
        # The page comes first: generators of clients take the first.
        answer["content"] = {JSON_TYPE: content[JSON_TYPE]} | describe_stream(operation)
    if links := list_links(operation, status):
        answer["links"] = links
    if headers := describe_headers(operation, status):
        answer["headers"] = answer.get("headers", {}) | headers
