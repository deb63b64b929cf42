"""POST /v1/jobs/batch: accept many jobs, each by itself."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.batch import MAX_BATCH, BatchAnswer, BatchItem, BatchRequest
from schemas.api.key import StreamToken
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import Answers, describe_body, problems
from services.gateway.api.problem import ProblemError, make_problem
from services.gateway.api.request_info import info_of, trace_apart
from services.gateway.job.view import JOBS_PATH, job_path, show_summary
from services.gateway.submission.acceptance import NO_STORE, accept
from services.gateway.submission.batch import Read, put_at, read_batch
from services.gateway.submission.intake import Intake

AT_A_TIME = 16
BATCH_PATH = f"{JOBS_PATH}/batch"
EXAMPLE = {
    "jobs": [
        {"tableId": "tbl_planets", "context": "Planets", "idempotencyKey": "planets-1"},
        {"tableId": "tbl_cheeses", "context": "Cheeses of France", "idempotencyKey": "cheeses-1"},
    ]
}
BATCH_ANSWERS: Answers = {
    200: {"model": BatchAnswer, "description": "What became of each"},
    **problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
}


def make_batch_router(
    intake: Intake, bodies: BodyReader, issue: Callable[[str, str], StreamToken]
) -> APIRouter:
    """The route by which many jobs come in.

    Args:
        issue: Makes a stream token for a tenant's job.
    """
    router = APIRouter(tags=["jobs"])

    @router.post(
        BATCH_PATH,
        operation_id="acceptJobs",
        response_class=Response,
        responses=BATCH_ANSWERS,
        openapi_extra=describe_body(BatchRequest, EXAMPLE),
        description=f"Accept up to {MAX_BATCH} jobs, each by itself: one that is refused stops no"
        " other. Give each an idempotency key, so that the whole can be sent again.",
    )
    async def accept_jobs(request: Request) -> Response:
        turns = asyncio.Semaphore(AT_A_TIME)

        async def take(place: int, read: Read) -> BatchItem:
            async with turns:
                return await _accept(request, intake, place, read, issue)

        told = (intake.now(), principal_of(request.scope).tenant)
        async with bodies.read(request, read_batch, *told) as reads:
            items = await asyncio.gather(*(take(place, read) for place, read in enumerate(reads)))
        return answer_json(BatchAnswer(items=tuple(items)), NO_STORE)

    return router


async def _accept(
    request: Request,
    intake: Intake,
    place: int,
    read: Read,
    issue: Callable[[str, str], StreamToken],
) -> BatchItem:
    try:
        if isinstance(read, ProblemError):
            raise read
        with trace_apart("accept job", info_of(request.scope)) as info:
            job = await accept(intake, read, info)
    except ProblemError as error:
        said = error if error is read else put_at(error, f"/jobs/{place}")
        location, problem = said.headers.get("Location"), make_problem(request, said)
        return BatchItem(status=said.status, location=location, problem=problem)
    token = issue(principal_of(request.scope).tenant, job.job_id)
    ends_at = None if read.wanted.key is None else intake.tell_key_end(job)
    return BatchItem(
        status=HTTPStatus.ACCEPTED,
        location=job_path(job.job_id),
        job=show_summary(job),
        stream_token=token,
        key_expires_at=ends_at,
    )
