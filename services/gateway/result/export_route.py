"""GET /v1/jobs/{id}/result and result.csv: what an ended job came to."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.result import SuggestionResult
from schemas.contract import MAX_COUNT
from schemas.kafka.control import OWN_VERSION
from schemas.table.export import ENGINE_HEADER
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.openapi import Answers, describe_file, problems
from services.gateway.api.problem import UNREAD_RESULT, ProblemError, refuse_job, refuse_parameter
from services.gateway.database.database import Database
from services.gateway.job.renderer import Renderer
from services.gateway.job.rendering import Rendering
from services.gateway.job.result_csv import BOM
from services.gateway.job.store import StoredJob, find_job
from services.gateway.job.version_header import answer_unchanged, write_version
from services.gateway.job.view import JOBS_PATH
from services.gateway.status.state import describe

UNREAD = "the record of this result is not in the tables, and may be in no topic any more"
CSV_TYPE = "text/csv; charset=utf-8; header=present"
UNCHANGED: Answers = {304: {"description": "Not Modified"}}
REFUSED = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
RESULT_ANSWERS: Answers = {200: {"model": SuggestionResult}, **UNCHANGED, **REFUSED}
EXAMPLE = '"Moons","(origin)"\r\n"95","suggested"\r\n'
FILE = describe_file(CSV_TYPE, "The final table, the proposals in it marked as such.", EXAMPLE)
Version = Annotated[
    int | None,
    Query(
        ge=1,
        le=MAX_COUNT,
        description="Which of the job's results, from 1; the current one without it.",
    ),
]
EXPORT_ANSWERS: Answers = {200: FILE, **UNCHANGED, **REFUSED}


def make_export_router(
    database: Database, renderer: Renderer, projection_id: Callable[[], str]
) -> APIRouter:
    """The routes of a job's result."""
    router = APIRouter(tags=["jobs"])

    async def find_ended(request: Request, job_id: str, version: int | None) -> StoredJob:
        job = await database.read(find_job, job_id, principal_of(request.scope).sight)
        if job is None:
            raise refuse_job(job_id)
        _require_end(job)
        _require_version(job, version)
        return job

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/result",
        operation_id="readResult",
        response_class=Response,
        responses=RESULT_ANSWERS,
    )
    async def read_result(request: Request, job_id: str, version: Version = None) -> Response:
        """Read what an ended job came to: the `result` of the job, alone."""
        job = await find_ended(request, job_id, version)
        headers = write_version(job, projection_id(), f"-result{_name(version)}")
        if unchanged := answer_unchanged(request, headers):
            return unchanged
        result = _require_body(job, await renderer.result(job, version))
        return answer_bytes(result.body, headers | _tell_engine(result))

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/result.csv",
        operation_id="exportResult",
        response_class=Response,
        responses=EXPORT_ANSWERS,
    )
    async def export_result(
        request: Request, job_id: str, bom: bool = False, version: Version = None
    ) -> Response:
        """Download the final table of an ended job, safe to open in a spreadsheet.

        With `bom` the file begins with a byte order mark, by which spreadsheets tell UTF-8.
        """
        job = await find_ended(request, job_id, version)
        form = f"{'-bom' if bom else '-csv'}{_name(version)}"
        headers = write_version(job, projection_id(), form)
        if unchanged := answer_unchanged(request, headers):
            return unchanged
        table = _require_body(job, await renderer.csv(job, version))
        return _answer_csv(job, table, headers, BOM if bom else b"")

    return router


def _require_end(job: StoredJob) -> None:
    if not job.is_final:
        state = describe(job.known.fold).state
        reason = f"the job is {state.value}: its table can be exported once it has ended"
        raise ProblemError(HTTPStatus.CONFLICT, "job-not-ended", reason)


def _require_version(job: StoredJob, version: int | None) -> None:
    promoted = job.known.fold.promoted
    last = OWN_VERSION + (len(promoted.said.results) if promoted else 0)
    if version is not None and version > last:
        raise refuse_parameter("version", f"there is none of this number: the last is {last}")


def _name(version: int | None) -> str:
    return "" if version is None else f"-v{version}"


def _require_body(job: StoredJob, rendering: Rendering) -> Rendering:
    if rendering.body:
        return rendering
    if rendering.is_passing:
        raise ProblemError(HTTPStatus.CONFLICT, UNREAD_RESULT, UNREAD)
    state = describe(job.known.fold).state
    reason = f"the job is {state.value} and has no table to export"
    raise ProblemError(HTTPStatus.CONFLICT, "nothing-to-export", reason)


def _tell_engine(rendering: Rendering) -> dict[str, str]:
    return {ENGINE_HEADER: rendering.engine.value} if rendering.engine else {}


def _answer_csv(
    job: StoredJob, table: Rendering, headers: dict[str, str], begins: bytes
) -> Response:
    engine = table.engine
    # Of the user's text nothing is in the name: it is a header and a path.
    name = f"brainshare-{job.job_id}" + (f"-{engine.value}" if engine else "")
    headers |= {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    headers |= {"X-Content-Type-Options": "nosniff"} | _tell_engine(table)
    return Response(begins + table.body, headers=headers, media_type=CSV_TYPE)
