"""Errors as application/problem+json, after RFC 9457: one shape for all of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from schemas.api.problem import FieldError, Problem
from schemas.kafka.headers import cut
from schemas.wrong_value import tell_wrong
from services.gateway.api.answer import name_status
from services.gateway.api.request_info import info_of
from services.gateway.compute.process import ComputeLostError
from services.gateway.database.database import DatabaseUnavailableError
from services.telemetry.log import get_log

PROBLEM_TYPE = "application/problem+json"
MAX_PATH_BYTES = 200
BROKER_RETRY_S = "5"
BUSY_RETRY_S = "1"
DATABASE_RETRY_S = "2"
CATCH_UP_RETRY_S = "2"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNREAD_RESULT = "result-not-read"
ABSENT_SLUGS = frozenset({"no-such-job", "no-such-dead-letter", UNREAD_RESULT})
"""What is said of tables that do not hold something, and is not known while they are filled."""

FindGone = Callable[[Request], Awaitable["ProblemError | None"]]
"""Tells why what a request names is not there any more; None where it never was."""

log = get_log()


class ProblemError(Exception):
    """An error to tell the client.

    Args:
        slug: Names the kind of problem, for programs; never changes.
        detail: What is wrong, the value seen, what to do; one line.
    """

    def __init__(
        self,
        status: HTTPStatus,
        slug: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def __reduce__(self) -> tuple[type["ProblemError"], tuple[object, ...]]:
        """How it is pickled: it may be raised in the computing process."""
        told = (self.status, self.slug, self.detail, self.errors, self.headers)
        return type(self), told


def refuse_job(job_id: str) -> ProblemError:
    """The problem of a job that does not exist."""
    return ProblemError(
        HTTPStatus.NOT_FOUND, "no-such-job", f"there is no job with the id {cut(job_id, 64)!r}"
    )


def refuse_field(pointer: str, message: str) -> ProblemError:
    """The problem of a body's field that is of the right form, and yet cannot be taken."""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        f"the request is not valid: {pointer}: {message}",
        [FieldError(pointer=pointer, message=message)],
    )


def refuse_parameter(name: str, message: str) -> ProblemError:
    """The problem of a query parameter or header that is not valid."""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-parameter",
        f"{name}: {message}",
        [FieldError(pointer="", message=f"{name}: {message}")],
    )


def refuse_for_now(detail: str, headers: Mapping[str, str] | None = None) -> ProblemError:
    """The problem of a broker that does not ack."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "broker-unavailable",
        detail,
        headers={"Retry-After": BROKER_RETRY_S} | dict(headers or {}),
    )


def refuse_when_busy(reason: str, headers: Mapping[str, str] | None = None) -> ProblemError:
    """The problem of a gateway that has as much in hand as it may.

    Args:
        reason: What it has in hand.
    """
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "busy",
        f"{reason}, and more are not taken at a time; try again in a moment",
        headers={"Retry-After": BUSY_RETRY_S} | dict(headers or {}),
    )


def refuse_while_catching_up() -> ProblemError:
    """The problem of tables that do not hold yet what the topics do."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "catching-up",
        "the status tables are still being filled from the topics, so this is not known yet; try"
        " again in a moment",
        headers={"Retry-After": CATCH_UP_RETRY_S},
    )


def handle_problems(app: FastAPI, is_caught_up: Callable[[], bool], find_gone: FindGone) -> None:
    """Answer every error of an application as a problem.

    Args:
        is_caught_up: Whether the tables hold all that the topics do. Before, nothing is said not
            to exist.
        find_gone: Why what a request names is not there any more.
    """

    async def answer_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        if error.slug not in ABSENT_SLUGS:
            return write_problem(request, error)
        named = _find_named(request)
        if named and request.method not in named:
            return _answer_http(request, HTTPException(HTTPStatus.METHOD_NOT_ALLOWED))
        try:
            told = await find_gone(request) or error
        except DatabaseUnavailableError as away:
            return tell_database_away(request, away)
        if told is error and not is_caught_up():
            told = refuse_while_catching_up()
        return write_problem(request, told)

    app.add_exception_handler(ProblemError, answer_problem)
    app.add_exception_handler(DatabaseUnavailableError, tell_database_away)
    app.add_exception_handler(ComputeLostError, _answer_compute)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_parameter)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)
    app.add_exception_handler(Exception, _answer_unexpected)


def tell_database_away(request: Request, error: Exception) -> Response:
    """Write the answer where the database is busy, away or full."""
    log.warning(
        "database_unavailable", path=cut(request.url.path, MAX_PATH_BYTES), error=str(error)
    )
    assert isinstance(error, DatabaseUnavailableError)
    headers = {"Retry-After": DATABASE_RETRY_S}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return write_problem(
        request, ProblemError(status, "database-unavailable", error.told, headers=headers)
    )


def _answer_compute(request: Request, error: Exception) -> Response:
    return write_problem(request, refuse_when_busy(str(error)))


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    slug = name_status(status).lower().replace(" ", "-")
    detail = f"{request.method} {cut(request.url.path, MAX_PATH_BYTES)}: {name_status(status)}"
    if status is HTTPStatus.NOT_FOUND and request.url.path.endswith("/"):
        detail += "; no path has a / at its end"
    is_method = status is HTTPStatus.METHOD_NOT_ALLOWED
    headers = {"Allow": ", ".join(list_methods(request))} if is_method else error.headers
    return write_problem(request, ProblemError(status, slug, detail, headers=headers))


def _find_named(request: Request) -> set[str]:
    """What a path can be asked by that only looks like that of an id: no job is called `batch`.

    Returns:
        None of them where no route has this path to the letter.
    """
    routes = iter_route_contexts(request.app.router.routes)
    named = (route.methods or () for route in routes if route.path == request.url.path)
    return {method for methods in named for method in methods}


def list_methods(request: Request) -> list[str]:
    """What a path can be asked by: of all its routes, not of the first one only."""
    routes, named = request.app.router.routes, _find_named(request)
    if named:
        found = [method for method in METHODS if method in named]
    else:
        tried = ({**request.scope, "method": method} for method in METHODS)
        found = [s["method"] for s in tried if any(r.matches(s)[0] is Match.FULL for r in routes)]
    return [*found, "HEAD"] if "GET" in found else found


def _answer_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    return write_problem(request, refuse_parameter(name, tell_wrong(first)))


def _answer_nobody(_request: Request, _error: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _answer_unexpected(request: Request, _error: Exception) -> Response:
    detail = "the server failed; the request id finds the reason in its log"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return write_problem(request, ProblemError(status, "internal-error", detail))


def write_problem(request: Request, error: ProblemError) -> Response:
    """Write the answer that tells an error."""
    problem = make_problem(request, error)
    return Response(problem.to_json(), error.status, error.headers, PROBLEM_TYPE)


def make_problem(request: Request, error: ProblemError) -> Problem:
    """What is told of an error."""
    return Problem(
        type=f"urn:brainshare:problem:{error.slug}",
        title=error.slug.replace("-", " ").capitalize(),
        status=error.status,
        detail=error.detail,
        instance=cut(request.url.path, MAX_PATH_BYTES),
        request_id=info_of(request.scope).request_id,
        errors=error.errors,
    )
