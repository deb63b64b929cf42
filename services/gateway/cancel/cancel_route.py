"""POST /v1/jobs/{id}/cancel: ask that no call is made any more, and the one under way is closed."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.status import JobState, JobStatus
from services.gateway.access.actor import Actor
from services.gateway.act.reason import REFUSALS, read_actor
from services.gateway.api.answer import answer_bytes
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_optional_body, problems
from services.gateway.api.problem import ProblemError, refuse_for_now, refuse_job
from services.gateway.cancel.canceller import Canceller
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import StoredJob
from services.gateway.job.view import JOBS_PATH
from services.gateway.status.state import describe
from services.kafka import PublishFailedError

NOT_ASKED = "the broker did not take the cancel in time: nothing was asked; try again"


def make_cancel_router(canceller: Canceller, renderer: Renderer, bodies: BodyReader) -> APIRouter:
    """The route by which a job is cancelled."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        f"{JOBS_PATH}/{{job_id}}/cancel",
        operation_id="cancelJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={
            202: {"model": JobStatus},
            **problems(*REFUSALS),
        },
        openapi_extra=describe_optional_body(ActRequest, {"reason": "posted twice"}),
    )
    async def cancel_job(request: Request, job_id: str) -> Response:
        """Cancel a job. The answer says that it is asked for; its receipt, what comes of it."""
        actor = await read_actor(request, bodies)
        job = await canceller.find(job_id, actor.sight)
        if job is None:
            raise refuse_job(job_id)
        state = describe(job.known.fold).state
        if state in (JobState.COMPLETED, JobState.FAILED):
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "job-has-ended",
                f"the job is {state.value}: too late to cancel",
            )
        if state is JobState.CANCELLED:
            return answer_bytes(await renderer.status(job), status=HTTPStatus.ACCEPTED)
        asked = await _ask(canceller, job, actor)
        return answer_bytes(await renderer.ahead(asked), status=HTTPStatus.ACCEPTED)

    return router


async def _ask(canceller: Canceller, job: StoredJob, actor: Actor) -> StoredJob:
    try:
        return await canceller.ask(job, actor)
    except PublishFailedError as error:
        raise refuse_for_now(NOT_ASKED) from error
