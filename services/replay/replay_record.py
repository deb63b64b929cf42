"""The record by which a job of the past is run again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from schemas.job.again import write_again
from schemas.job.earlier import find_earlier
from schemas.job.prompt import CarriedPrompt
from schemas.job.record import EarlierAnswer, StageRecord
from schemas.job.replay import Replay
from schemas.job.request import MAX_DEADLINE_S
from schemas.stage import StageName
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
    past: bytes | None = None,
) -> bytes:
    """A request for the stages that run again, with the answers of those before.

    All else stays as the source has it, also what a later release has written. A replay is in no
    hurry, so it has the longest deadline that there is.

    Args:
        job_id: The id of the new job.
        prompt: By which the changed stage is to answer; None for its own.
        past: The record of the source's furthest answer, where the stages after the changed one may
            take over what they have answered; None where they are to be asked.

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
    told = (mark, now, deadline_at, brought, _find_earlier(past, planned))
    return write_again(document, job_id, planned.stages, *told)


def _find_earlier(past: bytes | None, planned: PlannedJob) -> Mapping[StageName, EarlierAnswer]:
    """What may be taken over; nothing where the record is not there, or not of the job."""
    if past is None:
        return {}
    try:
        record = StageRecord.from_json(past)
    except ValidationError:
        return {}
    is_same = record.job.job_id == planned.job_id
    return find_earlier(record, planned.stages[1:]) if is_same else {}
