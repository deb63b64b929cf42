"""POST /v1/jobs/{id}/retry: run a failed job again, from the stage that gave up."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.status import JobStatus
from services.gateway.act.reason import REFUSALS, read_actor
from services.gateway.api.answer import answer_bytes
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_optional_body, problems
from services.gateway.job.renderer import Renderer
from services.gateway.job.view import JOBS_PATH, POLL_S, job_path
from services.gateway.retry import act
from services.gateway.retry.retrier import Retrier


def make_retry_router(retrier: Retrier, renderer: Renderer, bodies: BodyReader) -> APIRouter:
    """The route by which a failed job is run again."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        f"{JOBS_PATH}/{{job_id}}/retry",
        operation_id="retryJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": JobStatus}, **problems(*REFUSALS)},
        openapi_extra=describe_optional_body(ActRequest, {"reason": "the provider is back"}),
    )
    async def retry_job(request: Request, job_id: str) -> Response:
        """Run a failed job again from the stage that gave up: what it had is kept.

        The answer is the job as it stood; it runs once the stage has the record.
        """
        actor = await read_actor(request, bodies)
        job = await act.retry_job(retrier, job_id, actor)
        headers = {"Location": job_path(job_id), "Retry-After": POLL_S}
        return answer_bytes(await renderer.status(job), headers, HTTPStatus.ACCEPTED)

    return router
