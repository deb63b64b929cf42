"""POST /v1/jobs/{id}/promotion: give a job the result of one of its replays, or its own again."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response

from schemas.api.act import PromotionRequest
from schemas.api.status import JobStatus
from services.gateway.access.actor import actor_of
from services.gateway.act.reason import REFUSALS
from services.gateway.api.answer import answer_bytes
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, problems
from services.gateway.api.problem import ProblemError, refuse_field, refuse_for_now, refuse_job
from services.gateway.job.renderer import Renderer
from services.gateway.job.view import JOBS_PATH
from services.gateway.promotion.decision import NoReplayError, NotPromotedError
from services.gateway.promotion.promoter import Promoter
from services.kafka import PublishFailedError

NOT_PROMOTED = "the broker did not take it in time, so the result is what it was; try again"
EXAMPLE = {"replayJobId": "3a8f8d2e-5a49-5c43-9f0e-2d8a1c7b6e50", "reason": "prompt column-10"}


def make_promotion_router(promoter: Promoter, renderer: Renderer, bodies: BodyReader) -> APIRouter:
    """The route by which a job's result is changed."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        f"{JOBS_PATH}/{{job_id}}/promotion",
        operation_id="promoteResult",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": JobStatus}, **problems(*REFUSALS)},
        openapi_extra=describe_body(PromotionRequest, EXAMPLE),
    )
    async def promote_result(request: Request, job_id: str) -> Response:
        """Make the result of a replay the current one of its job, or roll that back.

        Once, however often it is asked. What was before stays readable under its version. The
        answer is the job as it stands: `resultVersion` says which result it has.
        """
        async with bodies.read(request, parse_body, PromotionRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            wanted = asked.replay_job_id
        try:
            job = await promoter.change(job_id, wanted if isinstance(wanted, UUID) else None, actor)
        except NoReplayError as error:
            raise refuse_field("/replayJobId", str(error)) from error
        except NotPromotedError as error:
            raise ProblemError(HTTPStatus.CONFLICT, error.slug, str(error)) from error
        except PublishFailedError as error:
            raise refuse_for_now(NOT_PROMOTED) from error
        if job is None:
            raise refuse_job(job_id)
        return answer_bytes(await renderer.status(job), status=HTTPStatus.ACCEPTED)

    return router
