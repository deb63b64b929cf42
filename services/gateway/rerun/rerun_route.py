"""POST /v1/jobs/{id}/reruns: run a job again from one of its stages, as a new job."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from schemas.api.job.rerun import RerunRequest
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.negotiation import PREFER
from services.gateway.api.openapi import Answers, describe_body, problems
from services.gateway.job.view import JOBS_PATH
from services.gateway.rerun import act
from services.gateway.rerun.rerunner import Rerunner
from services.gateway.submission.acceptance import ACCEPT_ANSWERS, Acceptance
from services.gateway.submission.idempotency_key import HEADER, SHAPE, read_key

EXAMPLE = {
    "fromStage": "column",
    "context": {
        "title": "Planets and Moons of Our Solar System",
        "description": "Only what can be seen without a telescope.",
    },
    "want": {"columns": 3},
}
RERUN_ANSWERS: Answers = {
    **ACCEPT_ANSWERS,
    **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
}


def make_rerun_router(rerunner: Rerunner, acceptance: Acceptance, bodies: BodyReader) -> APIRouter:
    """The route by which a job is run again as a new one."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        f"{JOBS_PATH}/{{job_id}}/reruns",
        operation_id="rerunJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses=RERUN_ANSWERS,
        openapi_extra=describe_body(RerunRequest, EXAMPLE),
    )
    async def rerun_job(
        request: Request,
        job_id: str,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias=HEADER,
                description="Same key, job and body: the same rerun again.",
                json_schema_extra=SHAPE,
            ),
        ] = None,
        prefer: Annotated[str | None, Header(description=PREFER)] = None,
    ) -> Response:
        """Run a job that has ended again from one of its stages, as a new job.

        What the stages before that one have answered is taken over and not paid again. The source
        stays as it is; the new job names it in `replay`.
        """
        async with bodies.read(request, parse_body, RerunRequest) as asked:
            key = read_key(idempotency_key, asked.idempotency_key)
            told = (job_id, asked, key)
            order, job = await act.rerun_job(request, rerunner, acceptance, *told)
        return await acceptance.answer(request, order, job, prefer)

    return router
