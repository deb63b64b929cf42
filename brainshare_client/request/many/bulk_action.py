"""Bulk actions: one act on many jobs, as a thing of its own."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to, write_filter
from brainshare_client.exchange.step import Series, each
from brainshare_client.request.job import KEY_HEADER, JobFilters, JobId
from schemas.api.batch import BulkAction, BulkJob, BulkJobPage, BulkPage, BulkPreview

PATH = path_of("bulk-actions")


def preview(
    action: str,
    *,
    job_ids: Sequence[JobId] | None = None,
    filter: JobFilters | None = None,
    reason: str = "",
) -> Call[BulkPreview]:
    """Count what one would be about."""
    return send_preview(_write(action, job_ids, filter, reason) | {"preview": True})


def send_preview(body: object) -> Call[BulkPreview]:
    """The same, by its body as the API has it."""
    return send_to(PATH, as_contract(BulkPreview), body)


def begin(
    action: str,
    *,
    job_ids: Sequence[JobId] | None = None,
    filter: JobFilters | None = None,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Call[BulkAction]:
    """Begin one; it goes on by itself.

    Args:
        action: cancel, retry or discard.
        job_ids: The jobs, or else a filter: `{}` is all of them.
        idempotency_key: Asked again with the same key it is the same one; one is made if None.
    """
    return send_new(_write(action, job_ids, filter, reason), idempotency_key or str(uuid4()))


def send_new(body: object, key: str) -> Call[BulkAction]:
    """The same, by its body as the API has it."""
    return send_to(PATH, as_contract(BulkAction), body).saying(**{KEY_HEADER: key})


def page(
    *, tenant: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[BulkPage]:
    """A page of bulk actions, newest first."""
    return read_from(PATH, as_contract(BulkPage), tenant=tenant, limit=limit, cursor=cursor)


def list_(*, tenant: str | None = None) -> Series[BulkAction]:
    """All bulk actions, newest first."""
    return each(
        lambda cursor: page(tenant=tenant, limit=200, cursor=cursor),
        lambda page: page.bulk_actions,
    )


def get(bulk_id: str) -> Call[BulkAction]:
    """One of them."""
    return read_from(path_of("bulk-actions", bulk_id), as_contract(BulkAction))


def jobs_page(
    bulk_id: str,
    *,
    outcome: str | None = None,
    limit: int | None = None,
    after: int | None = None,
) -> Call[BulkJobPage]:
    """A page of what became of its jobs; its `next` is the `after` of the one after it."""
    path = path_of("bulk-actions", bulk_id, "jobs")
    return read_from(path, as_contract(BulkJobPage), outcome=outcome, limit=limit, after=after)


def jobs(bulk_id: str, *, outcome: str | None = None) -> Series[BulkJob]:
    """What became of all its jobs."""
    return each(
        lambda after: jobs_page(bulk_id, outcome=outcome, limit=200, after=after),
        lambda page: page.jobs,
    )


def stop(bulk_id: str, *, reason: str = "") -> Call[BulkAction]:
    """Stop one: the rest is left as it is."""
    path = path_of("bulk-actions", bulk_id, "stop")
    return send_to(path, as_contract(BulkAction), {"reason": reason})


def _write(
    action: str, job_ids: Sequence[JobId] | None, jobs: JobFilters | None, reason: str
) -> dict[str, Any]:
    which = {"jobIds": None if job_ids is None else [str(one) for one in job_ids]}
    meant = {"filter": None if jobs is None else write_filter(jobs)}
    said = {"action": action, "reason": reason, **which, **meant}
    return {name: value for name, value in said.items() if value is not None}
