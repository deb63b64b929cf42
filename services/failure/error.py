"""Everything that can go wrong with a record.

    StageError
    +-- PoisonError            the bytes are no record: never handled
    +-- ProviderError          the model server did not answer as it should
    +-- RefusedError           the model declined: an outcome of the business
    +-- InvalidRequestError    the model server calls the request wrong
    +-- OutputInvalidError     the answer does not hold what was asked for
    +-- OutputTooLargeError    the answer does not fit into a record
    +-- DeadlineError          the job's time is up
    +-- BudgetError            the job's, or the day's, money is spent
    +-- BugError               ours
    +-- CrashSuspectError      its process ended twice while it was handled
    +-- SchemaAheadError       a later release wrote it: it waits for our upgrade

What follows from each is in verdict.py.
"""

from typing import ClassVar
from uuid import UUID

from schemas.kafka.headers import ErrorKind
from services.failure.verdict import VERDICTS, Failure, Verdict


class StageError(Exception):
    """A failure of one record. Messages hold no secret and no user's text.

    Attributes:
        kind: What tools route on.
        failure: What went wrong, exactly.
        code: What the provider calls it, None where it has no name.
        retry_after_s: How long the provider asks to wait, None where it does not say.
        spent_usd: What the calls that led here cost, as far as is known.
        job_id: None until the record could be read.
    """

    kind: ClassVar[ErrorKind]
    default_failure: ClassVar[Failure]

    def __init__(
        self,
        message: str,
        *,
        failure: Failure | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.failure = failure or self.default_failure
        self.code = code
        self.retry_after_s = retry_after_s
        self.spent_usd = 0.0
        self.job_id: UUID | None = None

    @property
    def verdict(self) -> Verdict:
        """What to do about it."""
        return VERDICTS[self.failure]


class PoisonError(StageError):
    """The bytes of a record cannot be read as one."""

    kind = ErrorKind.POISON
    default_failure = Failure.POISON


class ProviderError(StageError):
    """The model server cannot be reached, is overloaded, or answers amiss."""

    kind = ErrorKind.PROVIDER
    default_failure = Failure.SERVER_ERROR


class RefusedError(StageError):
    """The model declined to answer."""

    kind = ErrorKind.REFUSED
    default_failure = Failure.REFUSED


class InvalidRequestError(StageError):
    """The model server calls the request itself wrong."""

    kind = ErrorKind.INVALID_REQUEST
    default_failure = Failure.INVALID_REQUEST


class OutputInvalidError(StageError):
    """The answer is not what was asked for."""

    kind = ErrorKind.OUTPUT_INVALID
    default_failure = Failure.OUTPUT_INVALID


class OutputTooLargeError(StageError):
    """The job with this answer would pass the broker's limit for a record."""

    kind = ErrorKind.OUTPUT_TOO_LARGE
    default_failure = Failure.OUTPUT_TOO_LARGE


class DeadlineError(StageError):
    """The job's deadline has passed, or passes before it could be tried again."""

    kind = ErrorKind.DEADLINE
    default_failure = Failure.DEADLINE


class BudgetError(StageError):
    """A call might cost more than may be spent."""

    kind = ErrorKind.BUDGET
    default_failure = Failure.BUDGET


class BugError(StageError):
    """Our own code failed on this record."""

    kind = ErrorKind.BUG
    default_failure = Failure.BUG


class CrashSuspectError(StageError):
    """The process ended twice while it handled this record, the second time with nothing else."""

    kind = ErrorKind.CRASH_SUSPECT
    default_failure = Failure.CRASH_SUSPECT


class SchemaAheadError(StageError):
    """A later release has written the record, and this one does not know what it means."""

    kind = ErrorKind.SCHEMA_AHEAD
    default_failure = Failure.SCHEMA_AHEAD
