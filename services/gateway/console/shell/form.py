"""Reads a form that a page sends, within the limits of every other body."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request

from schemas.api.act import ActRequest
from schemas.wrong_value import tell_wrong
from services.gateway.access.actor import Actor, actor_of
from services.gateway.api.body_reader import FORM, BodyReader
from services.gateway.api.problem import ProblemError

MAX_FIELDS = 100

Form = dict[str, str]


async def read_form(request: Request, bodies: BodyReader) -> Form:
    """The fields of a form, each once; a line ends in one sign.

    Raises:
        ProblemError: 400, 408, 413, 415 or 503.
    """
    async with bodies.read(request, parse_form, media=FORM) as fields:
        return fields


async def read_act(request: Request, bodies: BodyReader) -> tuple[Form, Actor]:
    """The fields of a form, and who sends it and why: that stands in `reason`.

    Raises:
        ProblemError: As `read_form`; or 422, the reason is too long.
    """
    form = await read_form(request, bodies)
    try:
        reason = ActRequest(reason=form.get("reason", "")).reason
    except ValidationError as error:
        detail = f"reason: {tell_wrong(error.errors()[0])}"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail) from error
    return form, actor_of(request.scope, reason)


def parse_form(body: bytes) -> Form:
    """What a browser makes of a form's fields.

    Raises:
        ProblemError: 400; it is no form, or has a field twice.
    """
    try:
        told = body.decode("ascii")
        found = parse_qsl(told, True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise _refuse("the body is no form that a page of the console sends") from error
    fields = {name: text.replace("\r\n", "\n") for name, text in found}
    if len(fields) < len(found):
        raise _refuse("a field of the form is given twice")
    return fields


def _refuse(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "invalid-form", detail)
