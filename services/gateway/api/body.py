"""Reads the body of a POST within limits: size, content type, depth, shape."""

import re
from http import HTTPStatus
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request

from schemas.api.problem import FieldError
from schemas.contract import RequestContract
from schemas.job.request import MAX_JSON_DEPTH, MAX_REQUEST_BYTES
from schemas.kafka.headers import cut
from services.gateway.api.field_error import list_field_errors
from services.gateway.api.problem import ProblemError

T = TypeVar("T", bound=RequestContract)

JSON_TYPE = re.compile(r"application/(?:[\w.-]+\+)?json", re.IGNORECASE)
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
ONE_KIND = bytes.maketrans(b"{}", b"[]")


async def read_body(request: Request, contract: type[T]) -> T:
    """Read what a client asks for.

    Raises:
        ProblemError: 413, 415, 400 or 422; nothing has been kept.
    """
    _refuse_other_types(request.headers.get("content-type", ""))
    body = await _read_capped(request)
    if is_too_deep(body):
        detail = f"the JSON is nested deeper than {MAX_JSON_DEPTH} levels"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "json-too-deep", detail)
    try:
        return contract.model_validate_json(body)
    except ValidationError as error:
        raise _refuse(error, body) from error


def is_too_deep(body: bytes) -> bool:
    """Whether arrays and objects are nested deeper than is allowed, in time linear in the size."""
    brackets = TEXT.sub(b"", body).translate(ONE_KIND, NOT_BRACKETS)
    for _ in range(MAX_JSON_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    # What is left over without a pair is no JSON at all, which the parser says better.
    return b"[]" in brackets or b"[" * (MAX_JSON_DEPTH + 1) in brackets


def _refuse_other_types(content_type: str) -> None:
    media_type = content_type.partition(";")[0].strip()
    if not JSON_TYPE.fullmatch(media_type):
        seen = f"is {cut(media_type, 64)!r}" if media_type else "is missing"
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            f"the content type {seen}: send JSON with content-type: application/json",
        )


async def _read_capped(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_REQUEST_BYTES:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-too-large",
                f"the body is larger than {MAX_REQUEST_BYTES} bytes",
                headers={"Connection": "close"},
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse(error: ValidationError, body: bytes) -> ProblemError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        errors = [FieldError(pointer="", message=first["msg"])]
        detail = "the body is not JSON"
        return ProblemError(HTTPStatus.BAD_REQUEST, "invalid-json", detail, errors)
    errors = list_field_errors(error, body)
    detail = f"the request is not valid: {errors[0].pointer or 'body'}: {errors[0].message}"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors)
