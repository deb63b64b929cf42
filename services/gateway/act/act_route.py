"""GET /v1/acts: what operators and admins did, for admins."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from schemas.api.act import ActPage
from services.gateway.act.store import list_acts, place_of_act
from services.gateway.api.answer import answer_json
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.database.database import Database

ACTS_PATH = "/v1/acts"


def make_act_router(database: Database) -> APIRouter:
    """The route of the log of acts."""
    router = APIRouter(tags=["access"])

    @router.get(
        ACTS_PATH,
        operation_id="listActs",
        response_class=Response,
        responses={200: {"model": ActPage}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)},
    )
    async def read_acts(
        tenant: OfTenant = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Response:
        """List acts, newest first: who did what, when, on what, and why."""
        found = await database.read(list_acts, tenant, read_place(cursor), limit + 1)
        more = write_cursor(place_of_act(found[limit - 1])) if len(found) > limit else None
        return answer_json(ActPage(acts=tuple(found[:limit]), next=more))

    return router
