"""POST /v1/jobs: accept a job."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from schemas.api.key import StreamToken
from schemas.api.status import AcceptedJob
from schemas.job.request import SuggestionRequest
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.negotiation import PREFER, read_wait, tell_applied
from services.gateway.api.openapi import Answers, describe_body, problems
from services.gateway.api.problem import (
    ProblemError,
    refuse_field,
    refuse_for_now,
    refuse_while_catching_up,
)
from services.gateway.api.request_info import RequestInfo, info_of
from services.gateway.callback.store import CallbackRefusedError
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import FindJob, StoredJob
from services.gateway.job.view import JOBS_PATH, POLL_S, job_path
from services.gateway.submission.idempotency_key import HEADER, SHAPE
from services.gateway.submission.intake import (
    Intake,
    KeyReusedError,
    NotAckedError,
    NotCaughtUpError,
)
from services.gateway.submission.order import Order, read_order
from services.gateway.tenant.admission import TenantLimitError

EXAMPLE = {
    "tableId": "tbl_planets",
    "context": {"title": "Planets and Moons of Our Solar System"},
}

NO_STORE = {"Cache-Control": "no-store"}
"""It holds a token."""

KEY_ENDS = "Idempotency-Key-Expires"
HEADERS = {
    KEY_ENDS: {
        "description": "Until when the idempotency key stands for this job, where it has one",
        "schema": {"type": "string", "format": "date-time"},
    },
}
ACCEPT_ANSWERS: Answers = {
    202: {
        "model": AcceptedJob,
        "description": "Accepted",
        "headers": HEADERS,
    },
    **problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
}


def make_accept_router(
    intake: Intake,
    bodies: BodyReader,
    renderer: Renderer,
    find: FindJob,
    issue: Callable[[str, str], StreamToken],
) -> APIRouter:
    """The route by which jobs come in.

    Args:
        issue: Makes a stream token for a tenant's job.
    """
    router = APIRouter(tags=["jobs"])

    @router.post(
        JOBS_PATH,
        operation_id="acceptJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses=ACCEPT_ANSWERS,
        openapi_extra=describe_body(SuggestionRequest, EXAMPLE),
    )
    async def accept_job(
        request: Request,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias=HEADER,
                description="Same key and body: the same job again.",
                json_schema_extra=SHAPE,
            ),
        ] = None,
        prefer: Annotated[str | None, Header(description=PREFER)] = None,
    ) -> Response:
        """Accept a job: suggestions for one table."""
        wait_s, principal = read_wait(prefer), principal_of(request.scope)
        told = (idempotency_key, intake.now(), principal.tenant)
        async with bodies.read(request, read_order, *told) as order:
            job = await accept(intake, order, info_of(request.scope))
        if wait_s:
            which = (job.job_id, principal.sight, wait_s)
            job = await find(*which, lambda job: job.is_final) or job
        headers = {"Location": job_path(job.job_id)} | tell_applied(wait_s)
        headers |= {} if job.is_final else {"Retry-After": POLL_S}
        headers |= _tell_key_end(intake, order, job)
        token = issue(principal.tenant, job.job_id)
        body = _add_token(await renderer.status(job), token)
        return answer_bytes(body, headers | NO_STORE, HTTPStatus.ACCEPTED)

    return router


def _add_token(status: bytes, token: StreamToken) -> bytes:
    """An `AcceptedJob`: the status as it is rendered for all who ask, and one more field."""
    return status[:-1] + b',"streamToken":' + token.to_json() + b"}"


def _tell_key_end(intake: Intake, order: Order, job: StoredJob) -> dict[str, str]:
    if order.wanted.key is None:
        return {}
    return {KEY_ENDS: intake.tell_key_end(job).strftime("%Y-%m-%dT%H:%M:%SZ")}


async def accept(intake: Intake, order: Order, info: RequestInfo) -> StoredJob:
    """Accept a job.

    Raises:
        ProblemError: 422, 429 or 503.
    """
    try:
        return await intake.accept(order, info)
    except KeyReusedError as error:
        raise _refuse_reuse(error) from error
    except NotCaughtUpError as error:
        raise refuse_while_catching_up() from error
    except TenantLimitError as error:
        raise _refuse_limit(error) from error
    except CallbackRefusedError as error:
        raise refuse_field("/webhook/url", str(error)) from error
    except NotAckedError as error:
        raise _refuse_unacked(error, order.wanted.key) from error


def _refuse_unacked(error: NotAckedError, key: str | None) -> ProblemError:
    again = (
        "post it again with the same idempotency key, which is the same job"
        if key is not None
        else "look there before you post it again, or give it an idempotency key"
    )
    path = job_path(error.job_id)
    detail = f"the broker did not ack the job in time: it may still run, as {path}; {again}"
    return refuse_for_now(detail, {"Location": path})


def _refuse_limit(error: TenantLimitError) -> ProblemError:
    headers = {"Retry-After": str(error.retry_s)}
    status = HTTPStatus.TOO_MANY_REQUESTS
    return ProblemError(status, error.slug, error.detail, headers=headers)


def _refuse_reuse(error: KeyReusedError) -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency-key-reused",
        f"the idempotency key stands for another request: it came with the body {error.known},"
        f" now with {error.given} (SHA-256 of the canonical form); take a new key",
    )
