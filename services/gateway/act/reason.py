"""Reads why somebody acts, where an act needs no body and may have one."""

from http import HTTPStatus

from starlette.requests import Request

from schemas.api.act import ActRequest
from services.gateway.access.actor import Actor, actor_of
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader

REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""How an act on one job may be refused: for its body, for the job, or because no broker took it."""


async def read_actor(request: Request, bodies: BodyReader) -> Actor:
    """Who acts by a request, and why, if it says so.

    Raises:
        ProblemError: 400, 408, 413, 415 or 422; it has a body, and that says something else.
    """
    length = request.headers.get("content-length", "0")
    if length == "0" and "transfer-encoding" not in request.headers:
        return actor_of(request.scope)
    async with bodies.read(request, parse_body, ActRequest) as said:
        return actor_of(request.scope, said.reason)
