"""What can go wrong when a gateway is asked, and what a caller can do about it.

    BrainshareError
    |-- ConnectionFailed      no answer: nothing listens there, or the connection was lost
    |   `-- TimedOut          no answer in time
    |-- UnreadableAnswer      what answers is no gateway, or one of another release
    |-- NoId                  an id is empty; a ValueError, too
    |-- StillRunning          a job was waited for no longer; it goes on
    `-- Refused               the gateway says no, as a problem (RFC 9457)
        |-- Unauthorized      401  no key, or one that is not good
        |-- Forbidden         403  the key may not do that
        |-- NotFound          404  there is no such thing, or it is another tenant's
        |-- Conflict          409  not as it stands
        |-- Gone              410  it was there
        |-- Invalid           400, 413, 415, 422  `fields` says what is wrong with the request
        |-- RateLimited       429  a limit of the tenant is reached: `retry_after_s`
        `-- Unavailable       5xx  not now: `retry_after_s`

Each can be pickled, so that a worker of another process may raise it.
"""

from http import HTTPStatus

from schemas.api.problem import FieldError, Problem
from schemas.api.status import JobStatus

KIND_PREFIX = "urn:brainshare:problem:"


class BrainshareError(Exception):
    """Something went wrong with what was asked of a gateway. Holds no key and no table."""

    status: int | None = None
    """The HTTP status; None where there was no answer."""
    retry_after_s: float | None = None
    """For how long the gateway asks to be left alone; None where it does not say."""


class ConnectionFailed(BrainshareError):
    """There was no answer.

    Attributes:
        is_sent: Whether the gateway may have got the request, and done what it asks for.
    """

    def __init__(self, url: str, reason: str, is_sent: bool) -> None:
        super().__init__(url, reason, is_sent)
        self.url, self.reason, self.is_sent = url, reason, is_sent

    def __str__(self) -> str:
        known = "; it may have been done" if self.is_sent else ""
        return f"no answer of the gateway at {self.url}: {self.reason}{known}"


class TimedOut(ConnectionFailed):
    """There was no answer in time."""


class UnreadableAnswer(BrainshareError):
    """What came is not what a gateway of this release answers."""

    status: int

    def __init__(self, reason: str, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(reason, status, retry_after_s)
        self.reason, self.status, self.retry_after_s = reason, status, retry_after_s

    def __str__(self) -> str:
        return self.reason


class NoId(BrainshareError, ValueError):
    """What was given is the id of nothing."""


class StillRunning(BrainshareError):
    """A job was not final in the time for which it was waited. It goes on.

    Attributes:
        job: As it was then.
    """

    def __init__(self, job: JobStatus, waited_s: float) -> None:
        super().__init__(job, waited_s)
        self.job, self.waited_s = job, waited_s

    def __str__(self) -> str:
        told = f"job {self.job.job_id} is still {self.job.status.value} after {self.waited_s:g} s"
        return f"{told}: it goes on, wait again or cancel it"


class Refused(BrainshareError):
    """The gateway does not do what was asked.

    Attributes:
        problem: What it says.
    """

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(problem, retry_after_s)
        self.problem, self.retry_after_s = problem, retry_after_s
        self.status: int = problem.status

    @property
    def kind(self) -> str:
        """Names the kind of problem, for programs: `no-such-job`, `tenant-money-spent`."""
        return self.problem.type.removeprefix(KIND_PREFIX)

    @property
    def detail(self) -> str:
        """What is wrong, for people."""
        return self.problem.detail

    @property
    def fields(self) -> tuple[FieldError, ...]:
        """What is wrong with which field of the request."""
        return self.problem.errors

    @property
    def request_id(self) -> str:
        """Finds the request in the gateway's log."""
        return self.problem.request_id

    def __str__(self) -> str:
        return f"{self.status} {self.kind}: {self.detail} (request {self.request_id})"


class Unauthorized(Refused):
    """401: no key was sent, or one that is not good."""


class Forbidden(Refused):
    """403: the key may not do that."""


class NotFound(Refused):
    """404: there is no such thing, or it is another tenant's."""


class Conflict(Refused):
    """409: not as it stands, for instance the result of a job that runs."""


class Gone(Refused):
    """410: it was there, and was deleted."""


class Invalid(Refused):
    """400, 413, 415 or 422: the request is not what it may be."""


class RateLimited(Refused):
    """429: a limit of the tenant is reached."""


class Unavailable(Refused):
    """5xx: the gateway cannot do it now."""


OF_STATUS: dict[int, type[Refused]] = {
    HTTPStatus.BAD_REQUEST: Invalid,
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.GONE: Gone,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Invalid,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Invalid,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimited,
}


def find_class(status: int) -> type[Refused]:
    """The class of errors with a status."""
    is_server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return OF_STATUS.get(status, Unavailable if is_server else Refused)
