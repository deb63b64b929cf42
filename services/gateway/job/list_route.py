"""GET /v1/jobs: list jobs, a page at a time."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.status import JobPage, JobState
from schemas.open_enum import Known
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.database.database import Database
from services.gateway.job.store import list_jobs
from services.gateway.job.view import JOBS_PATH, show_summary

SHADOW = "Replays that are for comparison only, instead of jobs."
LIST_ANSWERS: Answers = {
    200: {"model": JobPage},
    **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
}


def make_list_router(database: Database) -> APIRouter:
    """The route of all jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get(JOBS_PATH, operation_id="listJobs", response_class=Response, responses=LIST_ANSWERS)
    async def read_jobs(
        request: Request,
        tenant: OfTenant = None,
        status: Annotated[JobState, Known] | None = None,
        shadow: Annotated[bool, Query(description=SHADOW)] = False,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List jobs, newest first."""
        after = read_place(cursor)
        sight = principal_of(request.scope).look_at(tenant)
        found = await database.read(
            partial(list_jobs, shadow=shadow), sight, status, after, limit + 1
        )
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        return answer_json(JobPage(jobs=tuple(map(show_summary, found[:limit])), next=more))

    return router
