"""Everything that can go wrong with a record.

StageError
+-- PoisonError            the bytes are no record: never handled
+-- ProviderError          the model server did not answer as it should
+-- RefusedError           the model declined: an outcome of the business
+-- InvalidRequestError    the model server calls the request wrong
+-- OutputInvalidError     the answer does not hold what was asked for
+-- OutputTooLargeError    the answer does not fit into a record
+-- BugError               ours
"""

from typing import ClassVar
from uuid import UUID

from schemas.headers import ErrorKind


class StageError(Exception):
    """A failure of one record. Messages hold no secret and no user's text.

    Attributes:
        kind: What tools route on.
        is_retryable: Whether the same record may succeed when it is tried again.
        code: What the provider calls it, None where it has no name.
        job_id: None until the record could be read.
    """

    kind: ClassVar[ErrorKind]
    is_retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.job_id: UUID | None = None


class PoisonError(StageError):
    """The bytes of a record cannot be read as one."""

    kind = ErrorKind.POISON


class ProviderError(StageError):
    """The model server cannot be reached, is overloaded, or answers amiss."""

    kind = ErrorKind.PROVIDER
    is_retryable = True


class RefusedError(StageError):
    """The model declined to answer."""

    kind = ErrorKind.REFUSED


class InvalidRequestError(StageError):
    """The model server calls the request itself wrong."""

    kind = ErrorKind.INVALID_REQUEST


class OutputInvalidError(StageError):
    """The answer is not what was asked for."""

    kind = ErrorKind.OUTPUT_INVALID
    is_retryable = True


class OutputTooLargeError(StageError):
    """The job with this answer would pass the broker's limit for a record."""

    kind = ErrorKind.OUTPUT_TOO_LARGE


class BugError(StageError):
    """Our own code failed on this record."""

    kind = ErrorKind.BUG
