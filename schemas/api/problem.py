"""Errors over HTTP, after RFC 9457."""

from schemas.contract import Contract


class FieldError(Contract):
    """One thing wrong with a request.

    Attributes:
        pointer: JSON Pointer to the field in the body, "" for the body as a whole.
    """

    pointer: str
    message: str


class Problem(Contract):
    """The body of every error, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: tuple[FieldError, ...] = ()
