"""POST /v1/jobs/{id}/cancel: ask that no call is made any more, and the one under way is closed."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.status import JobStatus
from services.gateway.act.reason import REFUSALS, read_actor
from services.gateway.api.answer import answer_bytes
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_optional_body, problems
from services.gateway.cancel import act
from services.gateway.cancel.canceller import Canceller
from services.gateway.job.renderer import Renderer
from services.gateway.job.view import JOBS_PATH


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
        asked = await act.cancel_job(canceller, job_id, actor)
        render = renderer.ahead if asked.is_ahead else renderer.status
        return answer_bytes(await render(asked.job), status=HTTPStatus.ACCEPTED)

    return router
