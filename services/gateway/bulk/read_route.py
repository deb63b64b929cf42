"""GET of bulk actions: a page of them, one, and what became of its jobs."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.batch import MAX_BULK_JOBS, BulkAction, BulkJobPage, BulkOutcome, BulkPage
from schemas.open_enum import Known
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.bulk.begin_route import refuse_bulk
from services.gateway.bulk.store import find_bulk, list_bulks, list_items
from services.gateway.bulk.view import BULK_PATH, show_bulk, show_item
from services.gateway.database.database import Connection, Database
from services.gateway.database.sight import Sight

REFUSED = problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)


def make_bulk_router(database: Database) -> APIRouter:
    """The routes by which bulk actions are watched."""
    router = APIRouter(tags=["bulk actions"])
    _add_list(router, database)
    _add_reads_of_one(router, database)
    return router


def _add_list(router: APIRouter, database: Database) -> None:
    @router.get(
        BULK_PATH,
        operation_id="listBulkActions",
        response_class=Response,
        responses={
            200: {"model": BulkPage},
            **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_bulk_actions(
        request: Request,
        tenant: OfTenant = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List bulk actions, newest first."""
        sight = principal_of(request.scope).look_at(tenant)
        found = await database.read(list_bulks, sight, read_place(cursor), limit + 1)
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        shown = tuple(map(show_bulk, found[:limit]))
        return answer_json(BulkPage(bulk_actions=shown, next=more))


def _add_reads_of_one(router: APIRouter, database: Database) -> None:
    @router.get(
        f"{BULK_PATH}/{{bulk_id}}",
        operation_id="readBulkAction",
        response_class=Response,
        responses={200: {"model": BulkAction}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_bulk_action(request: Request, bulk_id: str) -> Response:
        """Read a bulk action: how far it is."""
        bulk = await database.read(find_bulk, bulk_id, principal_of(request.scope).sight)
        if bulk is None:
            raise refuse_bulk(bulk_id)
        return answer_json(show_bulk(bulk))

    @router.get(
        f"{BULK_PATH}/{{bulk_id}}/jobs",
        operation_id="listBulkActionJobs",
        response_class=Response,
        responses={200: {"model": BulkJobPage}, **REFUSED},
    )
    async def read_jobs(
        request: Request,
        bulk_id: str,
        outcome: Annotated[BulkOutcome, Known] | None = None,
        limit: Limit = DEFAULT_LIMIT,
        after: Annotated[
            int, Query(ge=0, le=MAX_BULK_JOBS, description="`next` of the page before.")
        ] = 0,
    ) -> Response:
        """List the jobs of a bulk action with what became of each, in their order."""
        sight = principal_of(request.scope).sight
        bulk, found = await database.read(_find, bulk_id, sight, outcome, after, limit + 1)
        if bulk is None:
            raise refuse_bulk(bulk_id)
        more = found[limit - 1].number if len(found) > limit else None
        return answer_json(BulkJobPage(jobs=tuple(map(show_item, found[:limit])), next=more))


def _find(
    connection: Connection,
    bulk_id: str,
    sight: Sight,
    outcome: BulkOutcome | None,
    after: int,
    limit: int,
) -> tuple[StoredBulk | None, list[BulkItem]]:
    bulk = find_bulk(connection, bulk_id, sight)
    return bulk, [] if bulk is None else list_items(connection, bulk_id, outcome, after, limit)
