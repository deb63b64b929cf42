"""GET /v1/jobs: list jobs, a page at a time."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from schemas.status import JobPage, JobState
from services.gateway.cursor import CursorError, read_cursor, write_cursor
from services.gateway.database.moment import Place
from services.gateway.document import Answers, problems
from services.gateway.problem_answer import refuse_parameter
from services.gateway.store.database import Database
from services.gateway.store.job_store import list_jobs
from services.gateway.view import JOBS_PATH, answer_json, show_summary

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]

LIST_ANSWERS: Answers = {200: {"model": JobPage}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)}


def make_list_router(database: Database) -> APIRouter:
    """The route of all jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get(JOBS_PATH, operation_id="listJobs", response_class=Response, responses=LIST_ANSWERS)
    async def read_jobs(
        status: JobState | None = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List jobs, newest first."""
        after = read_place(cursor)
        found = await database.read(list_jobs, status, after, limit + 1)
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        return answer_json(JobPage(jobs=tuple(map(show_summary, found[:limit])), next=more))

    return router


def read_place(cursor: str | None) -> Place | None:
    """The place after which a page begins; None for the first page.

    Raises:
        ProblemError: 422; the text is no cursor.
    """
    try:
        return None if cursor is None else read_cursor(cursor)
    except CursorError as error:
        raise refuse_parameter("cursor", str(error)) from error
