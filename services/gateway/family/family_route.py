"""GET /v1/jobs/{id}/family: which jobs came from which."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.job.family import JobFamily
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import problems
from services.gateway.api.problem import refuse_job
from services.gateway.database.database import Database
from services.gateway.family.store import find_family
from services.gateway.family.view import show_family
from services.gateway.job.view import JOBS_PATH


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
        return answer_json(show_family(job_id, family))

    return router
