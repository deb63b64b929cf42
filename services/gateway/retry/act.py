"""What comes of running a failed job again, asked by a program or by a person at the console."""

from http import HTTPStatus

from services.gateway.access.actor import Actor
from services.gateway.api.problem import ProblemError, refuse_for_now, refuse_job
from services.gateway.dead_letter.desk import LetterRefusedError
from services.gateway.job.store import StoredJob
from services.gateway.retry.retrier import NotRetriedError, Retrier
from services.kafka import PublishFailedError

STILL_FAILED = "the broker did not take the record in time, so the job is still failed; try again"


async def retry_job(retrier: Retrier, job_id: str, actor: Actor) -> StoredJob:
    """Run a failed job again.

    Returns:
        The job as it stood.

    Raises:
        ProblemError: 404, 409 or 503; there is none that is seen, it is not run again, or the
            broker did not take it.
    """
    try:
        job = await retrier.retry(job_id, actor, actor.sight)
    except NotRetriedError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "job-not-retried", str(error)) from error
    except LetterRefusedError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "dead-letter-refused", str(error)) from error
    except PublishFailedError as error:
        raise refuse_for_now(STILL_FAILED) from error
    if job is None:
        raise refuse_job(job_id)
    return job
