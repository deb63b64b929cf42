"""What comes of asking for a cancel, by a program or by a person at the console."""

from dataclasses import dataclass
from http import HTTPStatus

from schemas.api.status import JobState
from services.gateway.access.actor import Actor
from services.gateway.api.problem import ProblemError, refuse_for_now, refuse_job
from services.gateway.cancel.canceller import Canceller
from services.gateway.job.store import StoredJob
from services.gateway.status.state import describe
from services.kafka import PublishFailedError

NOT_ASKED = "the broker did not take the cancel in time: nothing was asked; try again"


@dataclass(frozen=True)
class Asked:
    """A job of which a cancel was asked.

    Attributes:
        is_ahead: Whether more is known of it than the tables say at its version.
    """

    job: StoredJob
    is_ahead: bool


async def cancel_job(canceller: Canceller, job_id: str, actor: Actor) -> Asked:
    """Ask for the cancel of a job. One that is cancelled stays as it is.

    Raises:
        ProblemError: 404, 409 or 503; there is none that is seen, it has ended, or the broker did
            not take it.
    """
    job = await canceller.find(job_id, actor.sight)
    if job is None:
        raise refuse_job(job_id)
    state = describe(job.known.fold).state
    if state in (JobState.COMPLETED, JobState.FAILED):
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "job-has-ended",
            f"the job is {state.value}: too late to cancel",
        )
    if state is JobState.CANCELLED:
        return Asked(job, is_ahead=False)
    try:
        return Asked(await canceller.ask(job, actor), is_ahead=True)
    except PublishFailedError as error:
        raise refuse_for_now(NOT_ASKED) from error
