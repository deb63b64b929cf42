"""Deliveries in the tables: noted, each once, counted while they wait, and let go of at last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update

from services.gateway.database.moment import from_us, to_us
from services.gateway.delivery.delivery import DeliveryState, Draft
from services.gateway.delivery.delivery_row import write_draft
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import lock_endpoint
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES, ENDPOINTS

AT_A_TIME = 1_000
"""Deliveries that are let go of in one transaction."""

OVER = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.DROPPED)


@dataclass(frozen=True)
class Pending:
    """How many deliveries are behind, and since when the oldest is; None where there is none.

    What was noted for later, such as `job.waiting` of a stage that has just been parked, is not.
    """

    count: int
    since: datetime | None


_C = DELIVERIES.c
_KNOWN = select(_C.delivery_id).where(_C.delivery_id.in_(bindparam("ids", expanding=True)))
_OF = _C.endpoint_id == bindparam("id")
_IN = _C.state == bindparam("of_state")
_FIRST_DUE = select(func.min(_C.due_us)).where(_OF, _IN)
_IS_DUE = bindparam("now_us") >= _C.due_us
_SENDING = _C.state == DeliveryState.SENDING
_OLD = (
    select(_C.delivery_id)
    .where(_C.state == bindparam("of_state"), _C.created_us < bindparam("before_us"))
    .order_by(_C.created_us)
)
_IS_OPEN = _C.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
_IS_BEGUN = or_(_SENDING, _C.attempts > 0)
_SINCE = case((_IS_BEGUN, _C.created_us), else_=_C.due_us)
_COUNT = select(func.count(), func.min(_SINCE)).where(_IS_OPEN, or_(_IS_BEGUN, _IS_DUE))
_ENDPOINT = update(ENDPOINTS).where(ENDPOINTS.c.endpoint_id == bindparam("which"))
_COUNT_UP = _ENDPOINT.values(sequence=ENDPOINTS.c.sequence + bindparam("more"))
_SET_NEXT = _ENDPOINT.values(next_us=bindparam("at_us"))


def note_drafts(connection: Connection, drafts: Iterable[Draft], now: datetime) -> int:
    """Note what endpoints are to be told, in the order given. What is known is noted once.

    Returns:
        How many are new.
    """
    new = 0
    ordered = sorted(drafts, key=lambda draft: draft.endpoint_id)
    for endpoint_id, group in groupby(ordered, key=lambda draft: draft.endpoint_id):
        endpoint = lock_endpoint(connection, endpoint_id)
        if endpoint is not None:
            new += _note(connection, endpoint, list(group), now)
    return new


def _note(
    connection: Connection, endpoint: StoredEndpoint, drafts: list[Draft], now: datetime
) -> int:
    by_id = {draft.delivery_id: draft for draft in drafts}
    known = set(connection.execute(_KNOWN, {"ids": list(by_id)}).scalars())
    new = [draft for delivery_id, draft in by_id.items() if delivery_id not in known]
    if not new:
        return 0
    is_on = endpoint.disabled_at is None
    state = DeliveryState.PENDING if is_on else DeliveryState.SKIPPED
    rows = [
        write_draft(draft, endpoint.sequence + number, state, now)
        for number, draft in enumerate(new, start=1)
    ]
    connection.execute(insert(DELIVERIES), rows)
    connection.execute(_COUNT_UP, {"which": endpoint.endpoint_id, "more": len(rows)})
    update_next(connection, endpoint)
    return len(rows)


def update_next(
    connection: Connection, endpoint: StoredEndpoint, blocked_us: int | None = None
) -> None:
    """Keep when there is something to be sent to an endpoint, so that nobody has to look.

    Args:
        blocked_us: Nothing is sent before what another gateway is sending.
    """
    next_us = None
    if endpoint.disabled_at is None:
        states = (DeliveryState.PENDING, DeliveryState.SENDING)
        told = [{"id": endpoint.endpoint_id, "of_state": state} for state in states]
        found = [connection.execute(_FIRST_DUE, of).scalar() for of in told]
        next_us = min((due_us for due_us in found if due_us is not None), default=None)
    if next_us is not None and endpoint.held_until is not None:
        next_us = max(next_us, to_us(endpoint.held_until))
    if next_us is not None and blocked_us is not None:
        next_us = max(next_us, blocked_us)
    connection.execute(_SET_NEXT, {"which": endpoint.endpoint_id, "at_us": next_us})


def count_pending(connection: Connection, now: datetime) -> Pending:
    """The deliveries that are not over, and were due or tried before."""
    count, since_us = connection.execute(_COUNT, {"now_us": to_us(now)}).one()
    return Pending(count, None if since_us is None else from_us(since_us))


def has_old(connection: Connection, before: datetime) -> bool:
    """Whether something that is over was noted before a moment: nothing is written to find out."""
    return bool(_list_old(connection, before, 1))


def forget_old(connection: Connection, before: datetime) -> None:
    """Let go of deliveries that are over and were noted before a moment, and of their log."""
    which = _list_old(connection, before, AT_A_TIME)
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.delivery_id.in_(which)))
    connection.execute(delete(DELIVERIES).where(_C.delivery_id.in_(which)))


def _list_old(connection: Connection, before: datetime, most: int) -> list[str]:
    found: list[str] = []
    for state in OVER:
        told: dict[str, Any] = {"of_state": state, "before_us": to_us(before)}
        found += connection.execute(_OLD.limit(most - len(found)), told).scalars()
    return found
