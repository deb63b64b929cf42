"""Answers those who ask for a job: accepted, or why it is not."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.key import StreamToken
from schemas.api.status import AcceptedJob
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.negotiation import read_wait, tell_applied
from services.gateway.api.openapi import Answers, problems
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
from services.gateway.job.view import POLL_S, job_path
from services.gateway.submission.intake import (
    Intake,
    KeyReusedError,
    NotAckedError,
    NotCaughtUpError,
)
from services.gateway.submission.order import Order
from services.gateway.tenant.admission import TenantLimitError

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


@dataclass(frozen=True)
class Acceptance:
    """Accepts jobs, and answers with them.

    Attributes:
        issue: Makes a stream token for a tenant's job.
    """

    intake: Intake
    renderer: Renderer
    find: FindJob
    issue: Callable[[str, str], StreamToken]

    async def accept(self, request: Request, order: Order) -> StoredJob:
        """Accept a job, or find the one that its key stands for.

        Raises:
            ProblemError: 422, 429 or 503.
        """
        return await accept(self.intake, order, info_of(request.scope))

    async def answer(
        self, request: Request, order: Order, job: StoredJob, prefer: str | None
    ) -> Response:
        """The answer to who has asked for the job.

        Args:
            prefer: Whether to wait for its end, as the client says it.
        """
        wait_s, principal = read_wait(prefer), principal_of(request.scope)
        if wait_s:
            which = (job.job_id, principal.sight, wait_s)
            job = await self.find(*which, lambda job: job.is_final) or job
        headers = {"Location": job_path(job.job_id)} | tell_applied(wait_s)
        headers |= {} if job.is_final else {"Retry-After": POLL_S}
        headers |= _tell_key_end(self.intake, order, job)
        token = self.issue(principal.tenant, job.job_id)
        body = _add_token(await self.renderer.status(job), token)
        return answer_bytes(body, headers | NO_STORE, HTTPStatus.ACCEPTED)


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
