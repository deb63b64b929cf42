"""What is answered of a job that is gone: 410 with its date, in place of 404."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request

from services.gateway.access.principal import principal_of
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from services.gateway.tombstone.store import Cause, Tombstone, find_tombstone

WHY = {
    Cause.PRUNED: "it had ended long enough before (GATEWAY_KEEP_DAYS)",
    Cause.DELETED: "somebody has deleted it",
}


def make_gone(database: Database) -> Callable[[Request], Awaitable[ProblemError | None]]:
    """Tells why the job of a request is not there any more; None where it never was."""

    async def find(request: Request) -> ProblemError | None:
        job_id = request.path_params.get("job_id")
        if job_id is None:
            return None
        sight = principal_of(request.scope).sight
        gone = await database.read(find_tombstone, str(job_id), sight)
        return None if gone is None else _tell(gone)

    return find


def _tell(gone: Tombstone) -> ProblemError:
    since = gone.gone_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    detail = f"the job {gone.job_id} is gone since {since}: {WHY[gone.cause]}"
    return ProblemError(HTTPStatus.GONE, "job-is-gone", detail)
