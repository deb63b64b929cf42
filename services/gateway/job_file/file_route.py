"""GET /v1/jobs/{id}/file: all that is known of a job, as one file."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.job.file import JobFile
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.openapi import problems
from services.gateway.api.problem import refuse_for_now, refuse_job
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Connection, Database
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredItem, list_history
from services.gateway.job.view import JOBS_PATH
from services.gateway.job_file.file import write_file
from services.gateway.rerun.source import ReadsRecords, StoredSource, find_stored
from services.kafka import BrokerUnavailableError

MAX_FACTS = 5_000
BYTES_OF_A_FACT = 500
NOT_READ = "no broker answers, and only Kafka has the job's request; try again"


def make_file_router(database: Database, records: ReadsRecords, compute: Compute) -> APIRouter:
    """The route of a job's file."""
    router = APIRouter(tags=["jobs"])

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/file",
        operation_id="readJobFile",
        response_class=Response,
        responses={200: {"model": JobFile}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_job_file(request: Request, job_id: str) -> Response:
        """Read all that is known of a job: its status, result, history and what was asked for.

        What looks like a secret is taken out, and `redacted` says where. Of one state of a job the
        answer is always the same, to the last byte.
        """
        stored, history = await database.read(_find, job_id, principal_of(request.scope).sight)
        if stored is None:
            raise refuse_job(job_id)
        try:
            value = await stored.read(records)
        except BrokerUnavailableError as error:
            raise refuse_for_now(NOT_READ) from error
        size = len(value or b"") + BYTES_OF_A_FACT * len(history)
        asked = None if stored.value is not None else value
        told = (stored.job, stored.value, asked, history[:MAX_FACTS], len(history) <= MAX_FACTS)
        return answer_bytes(await compute.run(size, write_file, *told))

    return router


def _find(
    connection: Connection, job_id: str, sight: Sight
) -> tuple[StoredSource | None, list[StoredItem]]:
    stored = find_stored(connection, job_id, sight)
    if stored is None:
        return None, []
    return stored, list_history(connection, job_id, 0, MAX_FACTS + 1)
