"""The mark of a job that is run again from the records of an earlier one."""

from uuid import UUID

from pydantic import AwareDatetime

from schemas.contract import Contract


class Replay(Contract):
    """Of which job another is a replay.

    Attributes:
        replay_id: The manifest that it was started by; of a rerun, which has none, its own.
        source_job_id: The job that is run again.
        is_shadow: Whether it is for comparison only: nobody is told of it, no list has it unasked.
        planned_at: As of when the source job was looked at; None where the record does not say it.
    """

    replay_id: UUID
    source_job_id: UUID
    is_shadow: bool = True
    planned_at: AwareDatetime | None = None
