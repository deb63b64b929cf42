"""GET /v1/jobs/{id} and its result.csv: read one job."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.export import ENGINE_HEADER
from schemas.api.status import JobState, JobStatus
from services.gateway.api.answer import answer_bytes
from services.gateway.api.etag import matches, write_etag
from services.gateway.api.openapi import Answers, describe_file, problems
from services.gateway.api.problem import ProblemError, refuse_job
from services.gateway.database.database import Database
from services.gateway.job.event_id import EventId
from services.gateway.job.renderer import Renderer
from services.gateway.job.rendering import Rendering
from services.gateway.job.result_csv import BOM
from services.gateway.job.store import StoredJob, find_job
from services.gateway.job.view import JOBS_PATH, POLL_S
from services.gateway.status.state import describe

READ_ANSWERS: Answers = {
    200: {"model": JobStatus},
    304: {"description": "Not Modified"},
    **problems(HTTPStatus.NOT_FOUND),
}
CSV_TYPE = "text/csv; charset=utf-8; header=present"
EXPORT_ANSWERS: Answers = {
    200: describe_file(CSV_TYPE, "The final table, the proposals in it marked as such."),
    304: {"description": "Not Modified"},
    **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
}


def make_job_router(
    database: Database, renderer: Renderer, projection_id: Callable[[], str]
) -> APIRouter:
    """The route of one job.

    Args:
        projection_id: Names the filling of the tables, so that no tag outlives a rebuild.
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
        headers = _cache_headers(job, projection_id())
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return answer_bytes(await renderer.status(job), headers)

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/result.csv",
        operation_id="exportResult",
        response_class=Response,
        responses=EXPORT_ANSWERS,
    )
    async def export_result(request: Request, job_id: str, bom: bool = False) -> Response:
        """Download the final table of an ended job, safe to open in a spreadsheet.

        With `bom` the file begins with a byte order mark, by which spreadsheets tell UTF-8.
        """
        job = await database.read(find_job, job_id)
        if job is None:
            raise refuse_job(job_id)
        state = _require_end(job)
        headers = _cache_headers(job, projection_id(), "-bom" if bom else "")
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        table = await renderer.csv(job)
        if not table.body:
            raise _refuse_without_table(state)
        return _answer_csv(job, table, headers, BOM if bom else b"")

    return router


def _require_end(job: StoredJob) -> JobState:
    state = describe(job.known.fold).state
    if not state.is_final:
        reason = f"the job is {state.value}: its table can be exported once it has ended"
        raise ProblemError(HTTPStatus.CONFLICT, "job-not-ended", reason)
    return state


def _refuse_without_table(state: JobState) -> ProblemError:
    reason = f"the job is {state.value} and has no table to export"
    return ProblemError(HTTPStatus.CONFLICT, "nothing-to-export", reason)


def _answer_csv(
    job: StoredJob, table: Rendering, headers: dict[str, str], begins: bytes
) -> Response:
    engine = table.engine
    # Of the user's text nothing is in the name: it is a header and a path.
    name = f"brainshare-{job.job_id}" + (f"-{engine.value}" if engine else "")
    headers |= {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    headers |= {"X-Content-Type-Options": "nosniff"}
    headers |= {ENGINE_HEADER: engine.value} if engine else {}
    return Response(begins + table.body, headers=headers, media_type=CSV_TYPE)


def _cache_headers(job: StoredJob, projection_id: str, form: str = "") -> dict[str, str]:
    """The headers by which a client knows this version, in one of its forms."""
    tag = write_etag(f"{EventId(projection_id, job.known.version)}{form}")
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return headers if describe(job.known.fold).state.is_final else headers | {"Retry-After": POLL_S}
