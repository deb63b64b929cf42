"""/v1/errors: what goes wrong, by what failed alike, and what is decided of it."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from schemas.api.act import ActRequest
from schemas.api.dead_letter import FINGERPRINT_PATTERN
from schemas.api.error_group import (
    ErrorGroup,
    ErrorGroupDetail,
    ErrorGroupPage,
    ErrorSource,
    GroupState,
)
from schemas.open_enum import Known
from services.gateway.access.principal import principal_of
from services.gateway.act.reason import read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_optional_body, problems
from services.gateway.api.page import OfTenant
from services.gateway.database.database import Database
from services.gateway.error_group.desk import VERBS, Verb, decide_error, read_group
from services.gateway.error_group.store import show_groups
from services.gateway.error_group.view import show_group

ERRORS_PATH = "/v1/errors"
OF_ONE = f"{ERRORS_PATH}/{{fingerprint}}"
OF_ACT = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
REASON = {"reason": "mended in 0.2.0"}

Fingerprint = Annotated[str, Path(pattern=FINGERPRINT_PATTERN)]


def make_error_router(
    database: Database, bodies: BodyReader, now: Callable[[], datetime]
) -> APIRouter:
    """The routes of groups of errors."""
    router = APIRouter(tags=["errors"])
    _add_reads(router, database)
    for verb in VERBS:
        _add_act(router, database, bodies, now, verb)
    return router


def _add_reads(router: APIRouter, database: Database) -> None:
    @router.get(
        ERRORS_PATH,
        operation_id="listErrors",
        response_class=Response,
        responses={
            200: {"model": ErrorGroupPage},
            **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_errors(
        request: Request,
        tenant: OfTenant = None,
        state: Annotated[GroupState, Known] | None = None,
        source: Annotated[ErrorSource, Known] | None = None,
    ) -> Response:
        """List errors by what failed alike, the one that was seen last first."""
        sight = principal_of(request.scope).look_at(tenant)
        found = await database.read(show_groups, sight)
        wanted = (g for g in found if state in (None, g.state) and source in (None, g.source))
        return answer_json(ErrorGroupPage(errors=tuple(map(show_group, wanted))))

    @router.get(
        OF_ONE,
        operation_id="readError",
        response_class=Response,
        responses={
            200: {"model": ErrorGroupDetail},
            **problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_error(request: Request, fingerprint: Fingerprint) -> Response:
        """Read a group of errors with the latest of them."""
        sight = principal_of(request.scope).sight
        return answer_json(await read_group(database, sight, fingerprint))


def _add_act(
    router: APIRouter,
    database: Database,
    bodies: BodyReader,
    now: Callable[[], datetime],
    verb: Verb,
) -> None:
    @router.post(
        f"{OF_ONE}/{verb.name}",
        operation_id=verb.operation,
        description=verb.text,
        response_class=Response,
        responses={200: {"model": ErrorGroup}, **problems(*OF_ACT)},
        openapi_extra=describe_optional_body(ActRequest, REASON),
    )
    async def decide(request: Request, fingerprint: Fingerprint) -> Response:
        actor = await read_actor(request, bodies)
        return answer_json(await decide_error(database, fingerprint, verb, actor, now()))
