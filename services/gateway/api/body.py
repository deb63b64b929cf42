"""What a POST's body says: its depth, its shape, and what is wrong with them. Pure."""

from http import HTTPStatus
from typing import TypeVar

from pydantic import ValidationError

from schemas.api.problem import FieldError
from schemas.contract import RequestContract
from schemas.job.request import MAX_JSON_DEPTH
from schemas.wrong_value import tell_wrong
from services.gateway.api.field_error import list_field_errors
from services.gateway.api.problem import ProblemError

T = TypeVar("T", bound=RequestContract)

NO_SIGN = bytes(set(range(256)) - set(b'[]{}"'))
ONE_KIND = bytes.maketrans(b"{}", b"[]")


def parse_body(body: bytes, contract: type[T]) -> T:
    """Read what a client asks for.

    Raises:
        ProblemError: 400 or 422.
    """
    if is_too_deep(body):
        detail = f"the JSON is nested deeper than {MAX_JSON_DEPTH} levels"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "json-too-deep", detail)
    try:
        return contract.model_validate_json(body, strict=True)  # 5 is not "5", and true not 1
    except ValidationError as error:
        raise _refuse(error, body) from error


def is_too_deep(body: bytes) -> bool:
    """Whether arrays and objects are nested deeper than is allowed, in time linear in the size."""
    signs = body.replace(b"\\\\", b"").replace(b'\\"', b"").translate(ONE_KIND, NO_SIGN)
    # Two quotes in a row hold no bracket between them, whether they open or close a text.
    outside = signs.replace(b'""', b"").split(b'"')[::2]
    brackets = b"".join(outside)
    for _ in range(MAX_JSON_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    # What is left over without a pair is no JSON at all, which the parser says better.
    return b"[]" in brackets or b"[" * (MAX_JSON_DEPTH + 1) in brackets


def _refuse(error: ValidationError, body: bytes) -> ProblemError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        errors = [FieldError(pointer="", message=tell_wrong(first))]
        detail = "the body is not JSON"
        return ProblemError(HTTPStatus.BAD_REQUEST, "invalid-json", detail, errors)
    errors = list_field_errors(error, body)
    detail = f"the request is not valid: {errors[0].pointer or 'body'}: {errors[0].message}"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors)
