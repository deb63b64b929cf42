"""Reads the idempotency key of a POST, which may stand in a header or in the body."""

from http import HTTPStatus

from pydantic import JsonValue, TypeAdapter, ValidationError

from schemas.api.problem import FieldError
from schemas.job.request import MAX_KEY_CHARS, IdempotencyKey
from schemas.wrong_value import tell_wrong
from services.gateway.api.problem import ProblemError, refuse_parameter

HEADER = "Idempotency-Key"
SHAPE: dict[str, JsonValue] = {"minLength": 1, "maxLength": MAX_KEY_CHARS}
"""For who generates requests; what is wrong is said in words."""

KEY: TypeAdapter[str] = TypeAdapter(IdempotencyKey)


def read_key(in_header: str | None, in_body: str | None) -> str | None:
    """The key of a request, None when it has none.

    Raises:
        ProblemError: 422; the header is no key, or another one than the body's.
    """
    if in_header is None:
        return in_body
    key = _read_header(in_header)
    if in_body not in (None, key):
        message = f"another key than the one in the header {HEADER}"
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            f"/idempotencyKey: {message}: give one of them, or the same",
            [FieldError(pointer="/idempotencyKey", message=message)],
        )
    return key


def _read_header(text: str) -> str:
    bare = text[1:-1] if len(text) > 2 and text[0] == text[-1] == '"' else text
    try:
        return KEY.validate_python(bare)
    except ValidationError as error:
        raise refuse_parameter(HEADER, tell_wrong(error.errors()[0])) from error
