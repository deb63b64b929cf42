"""Writes the file of a job: what the tables have of it, without its secrets. Pure."""

from typing import Any

from pydantic_core import from_json, to_json

from schemas.api.job.file import JobFact, JobFile
from services.gateway.job.store import StoredItem, StoredJob
from services.gateway.job.view import show_item, show_status
from services.gateway.job_file.redaction import redact

MAX_POINTERS = 1_000


def write_file(
    job: StoredJob,
    value: bytes | None,
    request: bytes | None,
    history: list[StoredItem],
    is_whole: bool,
) -> bytes:
    """The file of a job.

    Args:
        value: The record of its current result; None where no stage has answered.
        request: Its request, where that is all there is.
        is_whole: Whether that is its whole history.
    """
    record = value or request
    file = JobFile(
        job=show_status(job, value),
        history=tuple(_show_fact(n, item) for n, item in enumerate(sorted(history, key=_order), 1)),
        is_whole=is_whole,
        record=None if record is None else from_json(record),
    )
    document: dict[str, Any] = file.model_dump(mode="json", by_alias=True)
    redacted = redact(document)
    where = list(redacted.pointers[:MAX_POINTERS])
    return to_json(redacted.document | {"redacted": where})


def _order(item: StoredItem) -> tuple[int, str, int, int]:
    """By the broker's clock: the order of their folding is another in tables made anew."""
    return item.at_ms, item.topic, item.partition, item.offset


def _show_fact(number: int, item: StoredItem) -> JobFact:
    shown = show_item(item, "")
    told = {name: getattr(shown, name) for name in JobFact.model_fields}
    return JobFact(**told | {"sequence": number})
