"""DELETE /v1/jobs/{id}: take a job out of the tables, and say what is left of it where."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.act import MAX_REASON, Deletion
from services.gateway.access.actor import actor_of
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import problems
from services.gateway.api.problem import ProblemError, refuse_job
from services.gateway.job.view import JOBS_PATH
from services.gateway.removal.eraser import Eraser, InUseError, NotEndedError

REFUSED = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE)


def make_delete_router(eraser: Eraser) -> APIRouter:
    """The route by which a job is deleted."""
    router = APIRouter(tags=["jobs"])

    @router.delete(
        f"{JOBS_PATH}/{{job_id}}",
        operation_id="deleteJob",
        response_class=Response,
        responses={
            200: {"model": Deletion},
            **problems(*REFUSED, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def delete_job(
        request: Request,
        job_id: str,
        reason: Annotated[
            str, Query(max_length=MAX_REASON, description="Why; it stands in the log of acts.")
        ] = "",
    ) -> Response:
        """Delete a job that has ended: its request, its results, its history, its dead letters.

        The replays that were promoted to be its results go with it. Kafka deletes no single record;
        the answer says which topics hold some, and until when.
        """
        try:
            deletion = await eraser.delete(job_id, actor_of(request.scope, reason.strip()))
        except NotEndedError as error:
            raise ProblemError(HTTPStatus.CONFLICT, "job-has-not-ended", str(error)) from error
        except InUseError as error:
            raise ProblemError(HTTPStatus.CONFLICT, "job-is-a-result", str(error)) from error
        if deletion is None:
            raise refuse_job(job_id)
        return answer_json(deletion)

    return router
