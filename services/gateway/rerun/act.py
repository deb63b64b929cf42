"""What comes of running a job again from a stage, asked by a program or a person at the console."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from starlette.requests import Request

from schemas.api.job.rerun import RerunRequest
from services.gateway.access.principal import principal_of
from services.gateway.api.problem import ProblemError, refuse_for_now, refuse_job
from services.gateway.database.sight import Sight
from services.gateway.job.store import StoredJob
from services.gateway.rerun.decision import Source
from services.gateway.rerun.rerunner import Rerunner
from services.gateway.submission.acceptance import Acceptance
from services.gateway.submission.order import Order
from services.kafka import BrokerUnavailableError
from services.telemetry.log import get_log
from services.telemetry.metric import RERUNS

NOT_READ = "no broker answers, and only Kafka has the job's request; try again"

T = TypeVar("T")

log = get_log()


async def rerun_job(
    request: Request,
    rerunner: Rerunner,
    acceptance: Acceptance,
    job_id: str,
    asked: RerunRequest,
    key: str | None,
) -> tuple[Order, StoredJob]:
    """Accept a rerun of a job, or find the one that its key stands for.

    Raises:
        ProblemError: 404, 409, 422, 429 or 503.
    """
    with _counting():
        sight = principal_of(request.scope).sight
        order = await _require(job_id, rerunner.draw_up(job_id, asked, key, sight))
        job = await acceptance.accept(request, order)
    of = {"tenant": job.tenant, "source": job_id, "stage": asked.from_stage.value}
    log.info("job_run_again", job_id=job.job_id, **of)
    return order, job


async def find_source(rerunner: Rerunner, job_id: str, sight: Sight) -> Source:
    """A job that can be run again.

    Raises:
        ProblemError: 404, 409 or 503.
    """
    return await _require(job_id, rerunner.find_source(job_id, sight))


async def _require(job_id: str, found: Awaitable[T | None]) -> T:
    try:
        one = await found
    except BrokerUnavailableError as error:
        raise refuse_for_now(NOT_READ) from error
    if one is None:
        raise refuse_job(job_id)
    return one


@contextmanager
def _counting() -> Iterator[None]:
    try:
        yield
    except ProblemError:
        RERUNS.labels("refused").inc()
        raise
    RERUNS.labels("accepted").inc()
