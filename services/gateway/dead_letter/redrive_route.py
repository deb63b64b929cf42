"""POST to dead letters: put them back, or aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.dead_letter import DeadLetter, DiscardRequest, RedriveRequest, RedriveResult
from services.gateway.access.actor import Actor, actor_of
from services.gateway.act.reason import read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.cursor import CursorError, read_span_cursor
from services.gateway.api.openapi import describe_body, describe_optional_body, problems
from services.gateway.api.problem import ProblemError, refuse_for_now, refuse_parameter
from services.gateway.database.place import Span
from services.gateway.dead_letter.bulk_redrive import BulkRedrive, Run
from services.gateway.dead_letter.desk import Desk, LetterRefusedError, NoSuchLetterError
from services.gateway.dead_letter.list_route import refuse_letter
from services.gateway.dead_letter.stored_letter import LetterFilter
from services.gateway.dead_letter.view import LETTERS_PATH, show_letter, show_run
from services.kafka import PublishFailedError

STILL_OPEN = (
    "the broker did not take the record in time, so its dead letter is still open; try again"
)
OF_ONE = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
OF_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
OF_BROKER = (HTTPStatus.SERVICE_UNAVAILABLE,)


def make_desk_router(desk: Desk, bulk: BulkRedrive, bodies: BodyReader) -> APIRouter:
    """The routes by which dead letters are acted on."""
    router = APIRouter(tags=["dead letters"])
    _add_redrive_of_many(router, bulk, bodies)
    _add_acts_on_one(router, desk, bodies)
    return router


def _add_redrive_of_many(router: APIRouter, bulk: BulkRedrive, bodies: BodyReader) -> None:
    @router.post(
        f"{LETTERS_PATH}/redrive",
        operation_id="redriveDeadLetters",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={
            200: {"model": RedriveResult, "description": "A dry run: nothing was put back"},
            202: {"model": RedriveResult},
            **problems(*OF_BODY, *OF_BROKER),
        },
        openapi_extra=describe_body(RedriveRequest, {"kind": "provider", "dryRun": True}),
    )
    async def redrive_letters(request: Request) -> Response:
        """Put open dead letters back, oldest first, for a few seconds; `next` goes on from there.

        A dry run only lists them.
        """
        async with bodies.read(request, parse_body, RedriveRequest) as asked:
            with _telling_problems(""):
                run = await _redrive(bulk, asked, actor_of(request.scope, asked.reason))
        result = show_run(run, is_dry=asked.dry_run)
        return answer_json(result, status=HTTPStatus.OK if asked.dry_run else HTTPStatus.ACCEPTED)


def _add_acts_on_one(router: APIRouter, desk: Desk, bodies: BodyReader) -> None:
    @router.post(
        f"{LETTERS_PATH}/{{letter_id}}/redrive",
        operation_id="redriveDeadLetter",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": DeadLetter}, **problems(*OF_ONE, *OF_BODY, *OF_BROKER)},
        openapi_extra=describe_optional_body(ActRequest, {"reason": "the provider is back"}),
    )
    async def redrive_letter(request: Request, letter_id: str) -> Response:
        """Put a dead letter back into its stage's requests, with its original bytes."""
        with _telling_problems(letter_id):
            actor = await read_actor(request, bodies)
            letter = await desk.redrive(letter_id, actor)
        return answer_json(show_letter(letter), status=HTTPStatus.ACCEPTED)

    @router.post(
        f"{LETTERS_PATH}/{{letter_id}}/discard",
        operation_id="discardDeadLetter",
        response_class=Response,
        responses={200: {"model": DeadLetter}, **problems(*OF_ONE, *OF_BODY)},
        openapi_extra=describe_body(DiscardRequest, {"reason": "a test of ours", "by": "ada"}),
    )
    async def discard_letter(request: Request, letter_id: str) -> Response:
        """Put a dead letter aside: nothing is deleted, and it is no longer open."""
        async with bodies.read(request, parse_body, DiscardRequest) as asked:
            with _telling_problems(letter_id):
                letter = await desk.discard(letter_id, asked, actor_of(request.scope, asked.reason))
        return answer_json(show_letter(letter))


async def _redrive(bulk: BulkRedrive, asked: RedriveRequest, actor: Actor) -> Run:
    sight = actor.principal.look_at(asked.tenant)
    wanted = LetterFilter(sight, stage=asked.stage, kind=asked.kind, fingerprint=asked.fingerprint)
    which = (wanted, _read_span(asked.cursor), asked.limit)
    return await (bulk.preview(*which) if asked.dry_run else bulk.run(*which, actor))


def _read_span(cursor: str | None) -> Span | None:
    try:
        return None if cursor is None else read_span_cursor(cursor)
    except CursorError as error:
        raise refuse_parameter("cursor", str(error)) from error


@contextmanager
def _telling_problems(letter_id: str) -> Iterator[None]:
    try:
        yield
    except NoSuchLetterError as error:
        raise refuse_letter(letter_id) from error
    except LetterRefusedError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "dead-letter-refused", str(error)) from error
    except PublishFailedError as error:
        raise refuse_for_now(STILL_OPEN) from error
