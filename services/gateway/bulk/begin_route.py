"""POST of bulk actions: count them first, begin one, stop one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from schemas.api.act import ActRequest
from schemas.api.batch import MAX_BULK_JOBS, BulkAction, BulkPreview, BulkRequest
from services.gateway.access.actor import Actor, actor_of
from services.gateway.act.reason import read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, describe_optional_body, problems
from services.gateway.api.problem import ProblemError
from services.gateway.bulk.beginning import BulkKeyReusedError, begin, count_jobs, stop
from services.gateway.bulk.selection import TooManyJobsError
from services.gateway.bulk.view import BULK_PATH, bulk_path, show_bulk
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.submission.idempotency_key import HEADER, SHAPE, read_key
from services.telemetry.log import get_log

EXAMPLE = {"action": "retry", "filter": {"status": "failed", "tag": "import"}, "preview": True}
OF_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

log = get_log()


def make_begin_router(writer: RecordWriter, bodies: BodyReader) -> APIRouter:
    """The routes by which bulk actions are begun and stopped."""
    router = APIRouter(tags=["bulk actions"])

    @router.post(
        BULK_PATH,
        operation_id="beginBulkAction",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={
            200: {"model": BulkPreview, "description": "A preview: nothing was begun"},
            202: {"model": BulkAction, "description": "Begun"},
            **problems(*OF_BODY),
        },
        openapi_extra=describe_body(BulkRequest, EXAMPLE),
    )
    async def begin_bulk_action(
        request: Request,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias=HEADER,
                description="Same key and body: the same one again.",
                json_schema_extra=SHAPE,
            ),
        ] = None,
    ) -> Response:
        """Cancel, retry or discard many jobs, one after the other; a preview only counts them."""
        async with bodies.read(request, parse_body, BulkRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            return await _begin(writer, asked, read_key(idempotency_key, None), actor)

    @router.post(
        f"{BULK_PATH}/{{bulk_id}}/stop",
        operation_id="stopBulkAction",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": BulkAction}, **problems(HTTPStatus.NOT_FOUND, *OF_BODY)},
        openapi_extra=describe_optional_body(ActRequest, {"reason": "the wrong filter"}),
    )
    async def stop_bulk_action(request: Request, bulk_id: str) -> Response:
        """Stop a bulk action: what it has done stays done, and the rest is left as it is."""
        actor = await read_actor(request, bodies)
        told = (bulk_id, actor, actor.sight, writer.now())
        bulk = await writer.database.write(stop, *told)
        if bulk is None:
            raise refuse_bulk(bulk_id)
        log.info("bulk_action_stopped", bulk=bulk_id, by=actor.principal.name)
        return answer_json(show_bulk(bulk), status=HTTPStatus.ACCEPTED)

    return router


def refuse_bulk(bulk_id: str) -> ProblemError:
    """The problem of a bulk action that does not exist."""
    detail = f"there is no bulk action with the id {bulk_id[:64]!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-bulk-action", detail)


async def _begin(
    writer: RecordWriter, asked: BulkRequest, key: str | None, actor: Actor
) -> Response:
    sight = actor.principal.look_at(asked.filter.tenant if asked.filter else None)
    try:
        if asked.preview:
            total = await writer.database.read(count_jobs, asked, sight)
            return answer_json(BulkPreview(action=asked.action, total=total))
        told = (asked, key, actor, sight, writer.now())
        bulk = await writer.database.write(begin, *told)
    except TooManyJobsError as error:
        raise _refuse_many() from error
    except BulkKeyReusedError as error:
        raise _refuse_reuse() from error
    log.info("bulk_action_begun", bulk=bulk.bulk_id, action=asked.action.value, jobs=bulk.total)
    headers = {"Location": bulk_path(bulk.bulk_id)}
    return answer_json(show_bulk(bulk), headers, HTTPStatus.ACCEPTED)


def _refuse_many() -> ProblemError:
    detail = (
        f"filter: more than {MAX_BULK_JOBS} jobs are so, which is the most of one action: narrow"
        " it, by `from` and `to` for instance"
    )
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "too-many-jobs", detail)


def _refuse_reuse() -> ProblemError:
    detail = "the idempotency key stands for another bulk action: take a new key"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
