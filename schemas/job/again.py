"""The record by which a job is run again from one of its stages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from schemas.job.record import EarlierAnswer
from schemas.job.replay import Replay
from schemas.stage import STAGE_ORDER, StageName

NOTHING: Mapping[StageName, EarlierAnswer] = {}


def write_again(
    document: Mapping[str, Any],
    job_id: UUID,
    stages: Sequence[StageName],
    mark: Replay,
    accepted_at: datetime,
    deadline_at: datetime,
    changes: Mapping[str, Any],
    earlier: Mapping[StageName, EarlierAnswer] = NOTHING,
) -> bytes:
    """A request for the stages that run again, with the answers of those before.

    All else stays as the source has it, also what a later release has written.

    Args:
        document: A record of the source, as JSON has it.
        job_id: The id of the new job.
        stages: The first one is where it begins.
        changes: Of other fields of the job, by their names in JSON.
        earlier: What the stages after the first one may take over.
    """
    before = {stage.value for stage in STAGE_ORDER[: STAGE_ORDER.index(stages[0])]}
    kept = {
        part: {name: said for name, said in (document.get(part) or {}).items() if name in before}
        for part in ("results", "provenance")
    }
    # Whatever prompt the source was answered by, this one brings its own along or none.
    asked = {name: said for name, said in document["job"].items() if name != "prompt"}
    job = {
        **asked,
        **changes,
        "jobId": str(job_id),
        "stages": [stage.value for stage in stages],
        "acceptedAt": accepted_at.isoformat(),
        "deadlineAt": deadline_at.isoformat(),
        "replay": mark.model_dump(mode="json", by_alias=True),
    }
    rest = {name: said for name, said in document.items() if name != "earlier"}
    if earlier:
        rest["earlier"] = {
            stage.value: said.model_dump(mode="json", by_alias=True)
            for stage, said in earlier.items()
        }
    return to_json({**rest, **kept, "job": job})
