"""GET /v1/jobs/{id}: read one job, at once or once there is something to tell."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from schemas.api.status import JobStatus
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.negotiation import PREFER, read_wait, tell_applied
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.problem import refuse_job
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import FindJob, StoredJob
from services.gateway.job.version_header import answer_unchanged, write_passing, write_version
from services.gateway.job.view import JOBS_PATH

READ_ANSWERS: Answers = {
    200: {"model": JobStatus},
    304: {"description": "Not Modified"},
    **problems(HTTPStatus.NOT_FOUND),
}


def make_job_router(
    find: FindJob, renderer: Renderer, projection_id: Callable[[], str]
) -> APIRouter:
    """The route of one job."""
    router = APIRouter(tags=["jobs"])

    @router.get(
        f"{JOBS_PATH}/{{job_id}}",
        operation_id="readJob",
        response_class=Response,
        responses=READ_ANSWERS,
    )
    async def read_job(
        request: Request,
        job_id: str,
        prefer: Annotated[str | None, Header(description=PREFER)] = None,
    ) -> Response:
        """Read the status of a job, with what has been suggested so far."""

        def is_news(job: StoredJob) -> bool:
            if job.is_final:
                return True
            headers = write_version(job, projection_id())
            has_version = "if-none-match" in request.headers
            return has_version and not answer_unchanged(request, headers)

        wait_s = read_wait(prefer)
        job = await find(job_id, principal_of(request.scope).sight, wait_s, is_news)
        if job is None:
            raise refuse_job(job_id)
        headers = write_version(job, projection_id()) | tell_applied(wait_s)
        if unchanged := answer_unchanged(request, headers):
            return unchanged
        shown = await renderer.show(job)
        if shown.is_passing:
            headers = write_passing() | tell_applied(wait_s)
        return answer_bytes(shown.body, headers)

    return router
