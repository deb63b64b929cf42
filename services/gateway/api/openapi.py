"""The OpenAPI document: what FastAPI cannot see, since bodies are read and written as bytes."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from schemas.api.act import ActRequest
from schemas.api.batch import BatchRequest, BulkRequest
from schemas.api.dead_letter import DiscardRequest, RedriveRequest
from schemas.api.key import KeyRequest, RotateRequest, StreamTokenRequest
from schemas.api.problem import Problem
from schemas.api.tenant_limit import LimitRequest
from schemas.contract import RequestContract
from schemas.job.request import SuggestionRequest
from services.gateway.api.answer import name_status
from services.gateway.api.problem import PROBLEM_TYPE

Answers = dict[int | str, dict[str, Any]]

SCHEMA_REF = "#/components/schemas/{model}"
PROBLEM_REF = SCHEMA_REF.format(model=Problem.__name__)

BODIES: tuple[type[RequestContract], ...] = (
    SuggestionRequest,
    BatchRequest,
    RedriveRequest,
    DiscardRequest,
    BulkRequest,
    KeyRequest,
    LimitRequest,
    RotateRequest,
    StreamTokenRequest,
    ActRequest,
)

API_KEY = "apiKey"
STREAM_TOKEN = "streamToken"
SECURITY_SCHEMES = {
    API_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "A key as `brainshare keys create` makes it. While the gateway listens on"
        " loopback only, it may go without one.",
    },
    STREAM_TOKEN: {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A token of POST /v1/stream-tokens, or as it comes with a 202; at live"
        " streams in the address, and as a bearer to read its jobs.",
    },
}
SECURITY: list[dict[str, Any]] = [{API_KEY: []}, {}]
SECURITY_BY_TOKEN: list[dict[str, Any]] = [{STREAM_TOKEN: []}]
DENIED = {
    str(int(status)): {
        "description": status.phrase,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": PROBLEM_REF}}},
    }
    for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
}
JOB_LINKS: dict[str, Any] = {
    "status": {"operationId": "readJob", "parameters": {"job_id": "$response.body#/jobId"}},
    "events": {"operationId": "readEvents", "parameters": {"job_id": "$response.body#/jobId"}},
}


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


def describe_file(media_type: str, description: str) -> dict[str, Any]:
    """What a route answers with a file."""
    content = {media_type.partition(";")[0]: {"schema": {"type": "string"}}}
    return {"description": description, "content": content}


def problems(*statuses: HTTPStatus) -> Answers:
    """The errors that a route answers, each as a problem."""
    every = (*statuses, HTTPStatus.INTERNAL_SERVER_ERROR)
    return {int(s): {"model": Problem, "description": name_status(s)} for s in every}


def complete_document(
    app: FastAPI, needed: Mapping[str, str], followed: Collection[str], *, is_local: bool
) -> None:
    """Let an application serve the completed document.

    Args:
        needed: The role that each operation needs which is not public.
        followed: The operations that a stream token in the address is good for.
        is_local: Whether it may be asked without a key.
    """
    generate, security = app.openapi, SECURITY if is_local else SECURITY[:1]

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(generate(), needed, followed, security)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(
    document: dict[str, Any],
    needed: Mapping[str, str],
    followed: Collection[str],
    security: list[dict[str, Any]],
) -> dict[str, Any]:
    _, bodies = models_json_schema([(b, "validation") for b in BODIES], ref_template=SCHEMA_REF)
    document["components"]["schemas"] |= bodies["$defs"]
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    operations = [op for path in document["paths"].values() for op in path.values()]
    for operation in operations:
        if role := needed.get(operation["operationId"]):
            by_token = SECURITY_BY_TOKEN if operation["operationId"] in followed else []
            operation["security"] = [*security, *by_token]
            operation["x-role"] = role
            operation["responses"] |= DENIED
    for response in (r for op in operations for r in op["responses"].values()):
        content = response.get("content", {})
        if content.get("application/json", {}).get("schema", {}).get("$ref") == PROBLEM_REF:
            content[PROBLEM_TYPE] = content.pop("application/json")
    return document
