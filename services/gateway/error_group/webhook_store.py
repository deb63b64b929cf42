"""Groups of what webhooks that wait, or were given up on, met: read from their own attempts."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, or_, select

from schemas.api.error_group import ErrorSource
from services.gateway.database.moment import from_us
from services.gateway.database.sight import Sight, narrow_list
from services.gateway.dead_letter.state import fingerprint_words, fold_message
from services.gateway.delivery.delivery import DeliveryState
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES
from services.gateway.error_group.group import Group

UNDELIVERED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.FAILED)
MAX_KINDS = 1_000
"""Of all that receivers answered, what was seen last; what is alike of it is then one group."""

_D, _A = DELIVERIES.c, ATTEMPTS.c
_LAST = func.max(_A.at_us)
_FAILED = (
    select(
        _D.tenant,
        _A.status,
        _A.error,
        func.count().label("number"),
        func.count(_D.job_id.distinct()).label("jobs"),
        func.min(_A.at_us).label("first_us"),
        _LAST.label("last_us"),
    )
    .join_from(DELIVERIES, ATTEMPTS, _A.delivery_id == _D.delivery_id)
    .where(_D.state.in_(UNDELIVERED), _D.sent > 0)
    .where(or_(_A.status.is_(None), _A.status < 200, _A.status >= 300))
    .group_by(_D.tenant, _A.status, _A.error)
    .order_by(_LAST.desc())
    .limit(MAX_KINDS)
)


def read_webhook_groups(connection: Connection, sight: Sight) -> Iterable[Group]:
    """The groups that are seen; of each, so many attempts as are kept of its deliveries.

    A job of which two events met the same counts twice where they met it in other words.
    """
    groups: dict[str, Group] = {}
    tenants: dict[str, set[str]] = {}
    for row in connection.execute(narrow_list(_FAILED, DELIVERIES, sight)):
        group = _read(row)
        known = groups.get(group.fingerprint)
        met = tenants.setdefault(group.fingerprint, set())
        met.add(row.tenant)
        group = group if known is None else _merge(known, group)
        groups[group.fingerprint] = replace(group, tenants=len(met))
    return groups.values()


def _read(row: Any) -> Group:
    kind = "no-answer" if row.status is None else f"http-{row.status}"
    message = row.error or f"answered {row.status}"
    fingerprint = fingerprint_words("webhook", kind, fold_message(message))
    seen = (from_us(row.first_us), from_us(row.last_us))
    return Group(fingerprint, ErrorSource.WEBHOOK, kind, message, row.number, row.jobs, 1, *seen)


def _merge(one: Group, other: Group) -> Group:
    counts = {"count": one.count + other.count, "jobs": one.jobs + other.jobs}
    times = {"first": min(one.first, other.first), "last": max(one.last, other.last)}
    return replace(one, **counts, **times)  # type: ignore[arg-type]
