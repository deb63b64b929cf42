"""Why a job is not run again."""

from http import HTTPStatus

from schemas.api.status import JobState
from schemas.stage import StageName
from services.gateway.api.problem import ProblemError


def refuse_open(state: JobState) -> ProblemError:
    """The problem of a job that has not ended: what it comes to is not known yet."""
    detail = f"the job is {state.value}: wait until it has ended, or cancel it first"
    return ProblemError(HTTPStatus.CONFLICT, "job-has-not-ended", detail)


def refuse_without_input(stage: StageName, missing: StageName | None = None) -> ProblemError:
    """The problem of a stage that has nothing to be run from.

    Args:
        missing: The stage before it that has not answered; None where no record is kept.
    """
    why = (
        f"the {stage} stage gets what the {missing} stage answers, and that has not answered: run"
        f" it again from {missing}"
        if missing
        else f"nothing is kept of what the {stage} stage got: post the request again"
    )
    return ProblemError(HTTPStatus.CONFLICT, "stage-has-no-input", why)
