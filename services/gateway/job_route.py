"""/v1/jobs: accept a job, read one, list them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from schemas.contract import Contract
from schemas.status import JobPage, JobState, JobStatus
from services.gateway.body import read_suggestion_request
from services.gateway.cursor import CursorError, read_cursor, write_cursor
from services.gateway.document import JOB_LINKS, POST_BODY, Answers, problems
from services.gateway.etag import matches, write_etag
from services.gateway.event_id import EventId
from services.gateway.idempotency import read_key
from services.gateway.intake import Intake, KeyReusedError
from services.gateway.problem_answer import ProblemError, refuse_job, refuse_parameter
from services.gateway.request_info import info_of
from services.gateway.standing import job_state
from services.gateway.store.database import Database
from services.gateway.store.job_store import StoredJob, find_job, list_jobs
from services.gateway.view import JOBS_PATH, job_path, show_status, show_summary
from services.stage_runtime.kafka import PublishFailedError

POLL_S = "1"
BROKER_RETRY_S = "5"
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
JSON_TYPE = "application/json"

ACCEPT_ANSWERS: Answers = {
    202: {"model": JobStatus, "description": "Accepted", "links": JOB_LINKS},
    **problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
}
READ_ANSWERS: Answers = {
    200: {"model": JobStatus},
    304: {"description": "Not Modified"},
    **problems(HTTPStatus.NOT_FOUND),
}
LIST_ANSWERS: Answers = {200: {"model": JobPage}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)}


def make_job_router(intake: Intake, database: Database, generation: str) -> APIRouter:
    """The routes of jobs.

    Args:
        generation: Names the filling of the tables, so that no tag outlives a rebuild.
    """
    router = APIRouter(tags=["jobs"])

    @router.post(
        JOBS_PATH,
        operation_id="acceptJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses=ACCEPT_ANSWERS,
        openapi_extra=POST_BODY,
    )
    async def accept_job(
        request: Request,
        idempotency_key: Annotated[
            str | None, Header(description="Same key and body: the same job again.")
        ] = None,
    ) -> Response:
        """Accept a job: suggestions for one table."""
        wanted = await read_suggestion_request(request)
        key = read_key(idempotency_key, wanted.idempotency_key)
        try:
            job = await intake.accept(wanted, key, info_of(request.scope))
        except KeyReusedError as error:
            raise _refuse_reuse(error) from error
        except PublishFailedError as error:
            raise _refuse_for_now() from error
        headers = {"Location": job_path(job.job_id), "Retry-After": POLL_S}
        return _answer(show_status(job), headers, HTTPStatus.ACCEPTED)

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
        return _answer(show_status(job), headers)

    @router.get(JOBS_PATH, operation_id="listJobs", response_class=Response, responses=LIST_ANSWERS)
    async def read_jobs(
        status: JobState | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    ) -> Response:
        """List jobs, newest first."""
        try:
            after = None if cursor is None else read_cursor(cursor)
        except CursorError as error:
            raise refuse_parameter("cursor", str(error)) from error
        found = await database.read(list_jobs, status, after, limit + 1)
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        return _answer(JobPage(jobs=tuple(map(show_summary, found[:limit])), next=more), {})

    return router


def _answer(
    body: Contract, headers: dict[str, str], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    return Response(body.to_json(), status, headers, JSON_TYPE)


def _cache_headers(job: StoredJob, generation: str) -> dict[str, str]:
    tag = write_etag(EventId(generation, job.known.version))
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return headers if job_state(job.known.fold).is_final else headers | {"Retry-After": POLL_S}


def _refuse_reuse(error: KeyReusedError) -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-key-reused",
        f"the idempotency key stands for another request: it came with the body {error.known},"
        f" now with {error.given} (SHA-256 of the canonical form); take a new key",
    )


def _refuse_for_now() -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "broker-unavailable",
        "the broker did not take the job in time, so it is not accepted; post it again, with the"
        " same idempotency key if it has one",
        headers={"Retry-After": BROKER_RETRY_S},
    )
