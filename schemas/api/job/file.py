"""A job as one file: all that is known of it, to be read without a gateway and without Kafka."""

from datetime import datetime
from typing import Any

from schemas.api.status import JobStatus
from schemas.contract import Contract
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName

JOB_FILE_FORMAT = "brainshare-job/1"


class JobFact(Contract):
    """One fact in the history of a job; a history item without what is of one gateway only.

    Attributes:
        sequence: From 1, in the order of the broker's clock.
        at: When the broker appended the record.
    """

    sequence: int
    kind: str
    stage: StageName
    attempt: int
    redrive: int
    at: datetime
    topic: str
    partition: int
    offset: int
    message: str | None = None
    cause: ErrorKind | None = None
    code: str | None = None
    retry_at: datetime | None = None
    needs_attention: bool = False


class JobFile(Contract):
    """A job as one file. Of one state of a job it is always the same, to the last byte.

    Attributes:
        job: As the API shows it, with its result.
        history: Oldest first.
        is_whole: Whether that is all of it.
        record: The stage record of its result, or its request where no stage has answered; None
            where neither is kept. What was asked for is in its `job`.
        redacted: Where something that looks like a secret was taken out, as JSON Pointers; the
            first 1,000 of them.
    """

    format: str = JOB_FILE_FORMAT
    job: JobStatus
    history: tuple[JobFact, ...]
    is_whole: bool = True
    record: dict[str, Any] | None
    redacted: tuple[str, ...] = ()
