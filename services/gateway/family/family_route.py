"""GET /v1/jobs/{id}/family: which jobs came from which."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response

from schemas.api.job.family import JobFamily, Relative
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import problems
from services.gateway.api.problem import refuse_job
from services.gateway.database.database import Database
from services.gateway.family.store import find_family, source_of
from services.gateway.job.store import StoredJob
from services.gateway.job.view import JOBS_PATH
from services.gateway.status.state import describe


def make_family_router(database: Database) -> APIRouter:
    """The route of a job's family."""
    router = APIRouter(tags=["jobs"])

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/family",
        operation_id="readFamily",
        response_class=Response,
        responses={200: {"model": JobFamily}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_family(request: Request, job_id: str) -> Response:
        """Read which jobs a job came from and which came of it: its reruns and replays, and theirs.

        Up to 200 of them.
        """
        family = await database.read(find_family, job_id, principal_of(request.scope).sight)
        if family is None:
            raise refuse_job(job_id)
        jobs = tuple(map(_show, family.jobs))
        return answer_json(JobFamily(job_id=UUID(job_id), jobs=jobs, is_whole=family.is_whole))

    return router


def _show(job: StoredJob) -> Relative:
    fold, source = job.known.fold, source_of(job)
    described = describe(fold)
    return Relative(
        job_id=UUID(job.job_id),
        source_job_id=None if source is None else UUID(source),
        status=described.state,
        stages=fold.stages,
        accepted_at=described.accepted_at,
        completed_at=described.completed_at,
        is_shadow=fold.is_shadow,
        result_version=fold.result_version,
    )
