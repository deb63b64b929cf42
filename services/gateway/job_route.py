"""GET /v1/jobs/{id}: read one job."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.status import JobStatus
from services.gateway.document import Answers, problems
from services.gateway.etag import matches, write_etag
from services.gateway.event_id import EventId
from services.gateway.problem_answer import refuse_job
from services.gateway.standing import job_state
from services.gateway.store.database import Database
from services.gateway.store.job_store import StoredJob, find_job
from services.gateway.view import JOBS_PATH, POLL_S, answer_json, show_status

READ_ANSWERS: Answers = {
    200: {"model": JobStatus},
    304: {"description": "Not Modified"},
    **problems(HTTPStatus.NOT_FOUND),
}


def make_job_router(database: Database, generation: str) -> APIRouter:
    """The route of one job.

    Args:
        generation: Names the filling of the tables, so that no tag outlives a rebuild.
    """
    router = APIRouter(tags=["jobs"])

    @router.get(
        f"{JOBS_PATH}/{{job_id}}",
        operation_id="readJob",
        response_class=Response,
        responses=READ_ANSWERS,
    )
    async def read_job(request: Request, job_id: str) -> Response:
        """Read the status of a job, with what has been suggested so far."""
        job = await database.read(find_job, job_id)
        if job is None:
            raise refuse_job(job_id)
        headers = _cache_headers(job, generation)
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return answer_json(show_status(job), headers)

    return router


def _cache_headers(job: StoredJob, generation: str) -> dict[str, str]:
    tag = write_etag(EventId(generation, job.known.version))
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return headers if job_state(job.known.fold).is_final else headers | {"Retry-After": POLL_S}
