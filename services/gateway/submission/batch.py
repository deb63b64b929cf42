"""Reads many jobs out of one body: each is an order, or the problem that it has alone. Pure."""

from datetime import datetime

from pydantic_core import to_json

from schemas.api.batch import BatchRequest
from schemas.api.problem import FieldError
from services.gateway.api.body import parse_body
from services.gateway.api.problem import ProblemError
from services.gateway.submission.order import Order, read_order

Read = Order | ProblemError


def read_batch(body: bytes, now: datetime, tenant: str) -> list[Read]:
    """Read the body of a batch.

    Raises:
        ProblemError: 400 or 422; it is no batch.
    """
    return [
        _read(to_json(each), now, tenant, f"/jobs/{place}")
        for place, each in enumerate(parse_body(body, BatchRequest).jobs)
    ]


def _read(body: bytes, now: datetime, tenant: str, place: str) -> Read:
    try:
        return read_order(body, None, now, tenant)
    except ProblemError as error:
        return put_at(error, place)


def put_at(error: ProblemError, place: str) -> ProblemError:
    """The same problem, its pointers leading into the whole body."""
    errors = [FieldError(pointer=place + e.pointer, message=e.message) for e in error.errors]
    return ProblemError(error.status, error.slug, error.detail, errors, error.headers)
