"""The record by which a job of the past is run again."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic_core import from_json

from schemas.job.again import write_again
from schemas.job.prompt import CarriedPrompt
from schemas.job.replay import Replay
from schemas.job.request import MAX_DEADLINE_S
from services.replay.manifest import PlannedJob
from services.replay.past_job import digest_input


class OtherInputError(Exception):
    """A record is not the one that was planned with."""


def write_replay(
    source: bytes,
    planned: PlannedJob,
    job_id: UUID,
    mark: Replay,
    now: datetime,
    prompt: CarriedPrompt | None = None,
) -> bytes:
    """A request for the stages that run again, with the answers of those before.

    All else stays as the source has it, also what a later release has written. A replay is in no
    hurry, so it has the longest deadline that there is.

    Args:
        job_id: The id of the new job.
        prompt: By which the changed stage is to answer; None for its own.

    Raises:
        OtherInputError: The source is another record than when this was planned.
    """
    document = from_json(source)
    changed = planned.stages[0]
    is_same = document["job"]["jobId"] == str(planned.job_id)
    if not is_same or digest_input(document, changed) != planned.input_digest:
        raise OtherInputError
    brought = {} if prompt is None else {"prompt": prompt.model_dump(mode="json", by_alias=True)}
    deadline_at = now + timedelta(seconds=MAX_DEADLINE_S)
    return write_again(document, job_id, planned.stages, mark, now, deadline_at, brought)
