"""/v1/keys: API keys, for admins."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.key import ApiKey, KeyPage, KeyRequest, NewApiKey, RotateRequest
from schemas.kafka.headers import cut
from services.gateway.access.actor import actor_of
from services.gateway.access.api_key_store import KeyEndedError, NoSuchKeyError, list_keys
from services.gateway.access.authentication import Authentication
from services.gateway.act.reason import read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import describe_body, describe_optional_body, problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from services.gateway.key.key_act import create, revoke, rotate
from services.gateway.key.view import place_of_key, show_key, show_new_key

KEYS_PATH = "/v1/keys"
NO_STORE = {"Cache-Control": "no-store"}
OF_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
EXAMPLE = {"name": "the web app", "tenant": "acme", "role": "submit", "expiresInDays": 90}

Now = Callable[[], datetime]


def make_key_router(
    database: Database, authentication: Authentication, bodies: BodyReader, now: Now
) -> APIRouter:
    """The routes of API keys."""
    router = APIRouter(tags=["access"])
    _add_list(router, database)
    _add_create(router, database, bodies, now)
    _add_ends(router, database, authentication, bodies, now)
    return router


def _add_list(router: APIRouter, database: Database) -> None:
    @router.get(
        KEYS_PATH,
        operation_id="listKeys",
        response_class=Response,
        responses={200: {"model": KeyPage}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)},
    )
    async def read_keys(
        tenant: OfTenant = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Response:
        """List keys, newest first, those that have ended too. Secrets are in no list."""
        found = await database.read(list_keys, tenant, read_place(cursor), limit + 1)
        more = write_cursor(place_of_key(found[limit - 1])) if len(found) > limit else None
        return answer_json(KeyPage(keys=tuple(map(show_key, found[:limit])), next=more))


def _add_create(router: APIRouter, database: Database, bodies: BodyReader, now: Now) -> None:
    @router.post(
        KEYS_PATH,
        operation_id="createKey",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={201: {"model": NewApiKey}, **problems(*OF_BODY)},
        openapi_extra=describe_body(KeyRequest, EXAMPLE),
    )
    async def create_key(request: Request) -> Response:
        """Make a key. Its `secret` is shown this once."""
        async with bodies.read(request, parse_body, KeyRequest) as asked:
            actor = actor_of(request.scope)
            made = await database.write(create, asked, actor, now())
        return answer_json(show_new_key(made), NO_STORE, HTTPStatus.CREATED)


def _add_ends(
    router: APIRouter,
    database: Database,
    authentication: Authentication,
    bodies: BodyReader,
    now: Now,
) -> None:
    @router.post(
        f"{KEYS_PATH}/{{key_id}}/revoke",
        operation_id="revokeKey",
        response_class=Response,
        responses={200: {"model": ApiKey}, **problems(HTTPStatus.NOT_FOUND, *OF_BODY)},
        openapi_extra=describe_optional_body(ActRequest, {"reason": "it was in a log"}),
    )
    async def end_key(request: Request, key_id: str) -> Response:
        """End a key. Here it goes no more at once, at other gateways within 5 s."""
        try:
            actor = await read_actor(request, bodies)
            key = await database.write(revoke, key_id, actor, now())
        except NoSuchKeyError as error:
            raise _refuse_key(key_id) from error
        authentication.forget()
        return answer_json(show_key(key))

    @router.post(
        f"{KEYS_PATH}/{{key_id}}/rotate",
        operation_id="rotateKey",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={
            201: {"model": NewApiKey},
            **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *OF_BODY),
        },
        openapi_extra=describe_body(RotateRequest, {"overlapS": 3600}),
    )
    async def replace_key(request: Request, key_id: str) -> Response:
        """Make a key in place of another one, which goes on for `overlapS` seconds."""
        async with bodies.read(request, parse_body, RotateRequest) as asked:
            actor = actor_of(request.scope)
            try:
                made = await database.write(rotate, key_id, actor, now(), asked.overlap_s)
            except NoSuchKeyError as error:
                raise _refuse_key(key_id) from error
            except KeyEndedError as error:
                raise ProblemError(HTTPStatus.CONFLICT, "key-has-ended", str(error)) from error
        authentication.forget()
        return answer_json(show_new_key(made), NO_STORE, HTTPStatus.CREATED)


def _refuse_key(key_id: str) -> ProblemError:
    detail = f"there is no key with the id {cut(key_id, 64)!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-key", detail)
