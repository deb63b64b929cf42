"""Reads what a client posts: the job that it asks for, ready to be reserved and published. Pure."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from pydantic_core import from_json, to_json

from schemas.job.job import accept
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.tenant import DEFAULT_TENANT
from schemas.webhook import JobWebhook
from services.gateway.api.body import parse_body
from services.gateway.job.reservation_store import Reservation, fold_accepted
from services.gateway.submission.idempotency_key import read_key

KEY_NAMESPACE = UUID("6f1d0d5c-5d0c-5b3a-9a53-0d8f1f3a7c11")


@dataclass(frozen=True)
class Order:
    """A job that is asked for.

    Attributes:
        digests: Those by which its key knows it, the one of today first.
        webhook: Of its own.
    """

    wanted: Reservation
    digests: tuple[str, ...]
    webhook: JobWebhook | None = None


def read_order(body: bytes, key_in_header: str | None, now: datetime, tenant: str) -> Order:
    """Read the body of a POST.

    Raises:
        ProblemError: 400 or 422.
    """
    request = parse_body(body, SuggestionRequest)
    return make_order(request, read_key(key_in_header, request.idempotency_key), now, tenant)


def make_order(
    request: SuggestionRequest, key: str | None, now: datetime, tenant: str = DEFAULT_TENANT
) -> Order:
    """The job that a request asks for; with a key, always the same one of this tenant."""
    job_id = choose_id(key, tenant)
    record = StageRecord(job=accept(request, job_id, now, tenant))
    digest = digest_request(request)
    wanted = Reservation(
        job_id=str(job_id),
        key=key,
        request_digest=digest,
        accepted_at=record.job.accepted_at,
        value=record.to_json(),
        fold=fold_accepted(record),
        tenant=tenant,
    )
    # What that release did not know it has made no digest of.
    is_of_today = key is None or bool(request.tags) or request.webhook is not None
    digests = (digest,) if is_of_today else (digest, digest_in_full(request))
    return Order(wanted, digests, request.webhook)


def choose_id(key: str | None, tenant: str) -> UUID:
    """The id of a job that is asked for; with a key, always the same one of its tenant."""
    return uuid4() if key is None else uuid5(_find_namespace(tenant), key)


def make_next(wanted: Reservation, number: int) -> Reservation:
    """The job that a key stands for once the jobs that it stood for have ended as its own.

    Args:
        wanted: The first one, whose id is of the key alone.
        number: How many jobs the key has stood for.
    """
    job_id = str(uuid5(UUID(wanted.job_id), f"after {number}"))
    document = from_json(wanted.value)
    document["job"]["jobId"] = job_id
    return replace(wanted, job_id=job_id, value=to_json(document))


def _find_namespace(tenant: str) -> UUID:
    """Those of the default tenant are the keys of before there were tenants."""
    return KEY_NAMESPACE if tenant == DEFAULT_TENANT else uuid5(KEY_NAMESPACE, f"tenant {tenant}")


def digest_request(request: SuggestionRequest) -> str:
    """SHA-256 of what a request says, its key left out, in hex.

    What it does not say counts for nothing, so that a release that adds a field reads it the same.
    """
    return digest_text(
        request.model_dump_json(by_alias=True, exclude={"idempotency_key"}, exclude_defaults=True)
    )


def digest_in_full(request: SuggestionRequest) -> str:
    """The digest as it was made before 0.1.0, over all defaults: keys of then still hold."""
    return digest_text(
        request.model_dump_json(by_alias=True, exclude={"idempotency_key", "tags", "webhook"})
    )


def digest_text(canonical: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(canonical.encode()).hexdigest()
