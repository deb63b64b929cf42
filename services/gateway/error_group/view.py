"""Groups of errors as the API shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.api.error_group import ErrorGroup, ErrorGroupDetail, ErrorOccurrence
from services.gateway.error_group.group import Group

Latest = Iterable[tuple[str, str | None, datetime]]


def show_group(group: Group) -> ErrorGroup:
    """A group."""
    return ErrorGroup(**_fields(group))


def show_detail(group: Group, latest: Latest) -> ErrorGroupDetail:
    """A group with the latest of its errors."""
    shown = tuple(
        ErrorOccurrence(letter_id=letter, job_id=job and UUID(job), failed_at=at)
        for letter, job, at in latest
    )
    return ErrorGroupDetail(**_fields(group), latest=shown)


def _fields(group: Group) -> dict[str, Any]:
    told = asdict(group)
    told |= {"first_seen_at": told.pop("first"), "last_seen_at": told.pop("last")}
    told |= {"state": group.state}
    decision = told.pop("decision")
    if decision:
        told |= {"decided_by": decision["by"], "decided_at": decision["at"]}
        told["reason"] = decision["reason"]
    return told
