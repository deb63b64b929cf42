"""GET of dead letters: a page of them, their groups, and one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.dead_letter import (
    FINGERPRINT_PATTERN,
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    LetterState,
)
from schemas.kafka.headers import ErrorKind, cut
from schemas.open_enum import Known
from schemas.stage import StageName
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from services.gateway.dead_letter.store import find_letter, list_groups, list_letters
from services.gateway.dead_letter.stored_letter import LetterFilter
from services.gateway.dead_letter.view import LETTERS_PATH, show_group, show_letter, show_record

MAX_ID_BYTES = 64

REFUSED = problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)

Fingerprint = Annotated[str | None, Query(pattern=FINGERPRINT_PATTERN)]


def make_letter_router(database: Database) -> APIRouter:
    """The routes by which dead letters are looked at."""
    router = APIRouter(tags=["dead letters"])
    _add_lists(router, database)
    _add_record(router, database)  # last, since its path fits the others too
    return router


def refuse_letter(letter_id: str) -> ProblemError:
    """The problem of a dead letter that does not exist."""
    return ProblemError(
        HTTPStatus.NOT_FOUND,
        "no-such-dead-letter",
        f"there is no dead letter with the id {cut(letter_id, MAX_ID_BYTES)!r}",
    )


def _add_lists(router: APIRouter, database: Database) -> None:
    @router.get(
        LETTERS_PATH,
        operation_id="listDeadLetters",
        response_class=Response,
        responses={200: {"model": DeadLetterPage}, **REFUSED},
    )
    async def read_letters(
        request: Request,
        tenant: OfTenant = None,
        state: Annotated[LetterState, Known] = LetterState.OPEN,
        stage: StageName | None = None,
        kind: Annotated[ErrorKind, Known] | None = None,
        fingerprint: Fingerprint = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List dead letters, newest first."""
        sight = principal_of(request.scope).look_at(tenant)
        wanted = LetterFilter(sight, state, stage, kind, fingerprint)
        found = await database.read(list_letters, wanted, read_place(cursor), limit + 1)
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        shown = tuple(map(show_letter, found[:limit]))
        return answer_json(DeadLetterPage(dead_letters=shown, next=more))

    @router.get(
        f"{LETTERS_PATH}/groups",
        operation_id="groupDeadLetters",
        response_class=Response,
        responses={200: {"model": DeadLetterGroups}, **REFUSED},
    )
    async def read_groups(
        request: Request,
        tenant: OfTenant = None,
        state: Annotated[LetterState, Known] = LetterState.OPEN,
        stage: StageName | None = None,
        kind: Annotated[ErrorKind, Known] | None = None,
    ) -> Response:
        """Count dead letters by what failed, the largest group first."""
        sight = principal_of(request.scope).look_at(tenant)
        groups = await database.read(list_groups, LetterFilter(sight, state, stage, kind))
        return answer_json(DeadLetterGroups(groups=tuple(map(show_group, groups))))


def _add_record(router: APIRouter, database: Database) -> None:
    @router.get(
        f"{LETTERS_PATH}/{{letter_id}}",
        operation_id="readDeadLetter",
        response_class=Response,
        responses={200: {"model": DeadLetterRecord}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_letter(request: Request, letter_id: str) -> Response:
        """Read one dead letter with its headers and original bytes."""
        letter = await database.read(find_letter, letter_id, principal_of(request.scope).sight)
        if letter is None:
            raise refuse_letter(letter_id)
        return answer_json(show_record(letter))
