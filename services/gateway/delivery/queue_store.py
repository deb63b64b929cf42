"""Deliveries in the tables: noted, each once, and claimed by the one gateway that sends them.

A claim is a lease: whoever dies with it has until then said nothing, and it is sent again, under
the same id. Where an endpoint gets one request at a time, those behind it wait until then, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update

from services.gateway.database.moment import from_us, to_us
from services.gateway.delivery.delivery import Claim, DeliveryState, Draft, StoredDelivery
from services.gateway.delivery.delivery_row import read_delivery, write_draft
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import lock_endpoint
from services.gateway.delivery.schedule import STEP_ASIDE
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES, ENDPOINTS

AT_A_TIME = 1_000
"""Deliveries that are let go of in one transaction."""

OVER = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.DROPPED)

Fence = Callable[[Connection], None]
"""Requires that an endpoint is this gateway's to send to, until the transaction ends."""

IsVoid = Callable[[Connection, StoredDelivery], bool]
"""Whether what a delivery is to tell is not so any more."""


@dataclass(frozen=True)
class Claiming:
    """How deliveries are claimed.

    Attributes:
        holder: Names whose the claims are.
        lease: For so long nobody else sends what is claimed.
        is_ordered: Nothing is claimed of an endpoint while something is under way to it.
    """

    holder: str
    lease: timedelta
    is_ordered: bool = True


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
_PENDING = select(DELIVERIES).where(_OF, _IN).order_by(_C.sequence).limit(1)
_IS_DUE = bindparam("now_us") >= _C.due_us
_NEXT = _PENDING.where(_IS_DUE)
_OLDEST = _PENDING.where(or_(_IS_DUE, _C.attempts > 0), _C.attempts < STEP_ASIDE)
_ONE = update(DELIVERIES).where(_C.delivery_id == bindparam("which"))
_BACK: dict[str, Any] = {"state": DeliveryState.PENDING, "holder": None}
_SENDING = _C.state == DeliveryState.SENDING
_LOST = update(DELIVERIES).where(_OF, _SENDING, _IS_DUE).values(_BACK)
_BLOCKED = select(func.max(_C.due_us)).where(_OF, _SENDING)
_HELD = select(_C.endpoint_id).where(_SENDING).distinct().order_by(_C.endpoint_id)
_LET_GO = update(DELIVERIES).where(_OF, _SENDING)
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


def claim(
    connection: Connection,
    endpoint_id: str,
    now: datetime,
    claiming: Claiming,
    fence: Fence,
    is_void: IsVoid,
) -> Claim | None:
    """Take the next delivery of an endpoint; None where there is nothing to be sent now.

    They go in the order of their sequence. After an absence the oldest goes first, whichever was
    due, so that those behind it do not overtake it.

    Raises:
        LostLeaseError: The endpoint is another gateway's.
    """
    fence(connection)
    endpoint = lock_endpoint(connection, endpoint_id)
    if endpoint is None:
        return None
    told = {"id": endpoint_id, "now_us": to_us(now)}
    connection.execute(_LOST, told)
    blocked_us = connection.execute(_BLOCKED, told).scalar() if claiming.is_ordered else None
    delivery, until = None, now + claiming.lease
    if blocked_us is None and _is_open(endpoint, now):
        delivery = _choose(connection, endpoint, told, is_void)
    if delivery is not None:
        change = {"state": DeliveryState.SENDING, "due_us": to_us(until)}
        held = _ONE.values(holder=claiming.holder, **change)
        connection.execute(held, {"which": delivery.delivery_id})
    update_next(connection, endpoint, blocked_us)
    return None if delivery is None else Claim(endpoint, delivery, now, until)


def _is_open(endpoint: StoredEndpoint, now: datetime) -> bool:
    is_held = endpoint.held_until is not None and endpoint.held_until > now
    return endpoint.disabled_at is None and not is_held


def let_go(connection: Connection, now: datetime, holder: str | None = None) -> None:
    """Let deliveries be sent now that are said to be under way.

    Args:
        holder: Whose; None for all of them, where nobody else can be sending.
    """
    whose = [] if holder is None else [_C.holder == holder]
    for endpoint_id in connection.execute(_HELD.where(*whose)).scalars().all():
        if endpoint := lock_endpoint(connection, endpoint_id):
            back = _LET_GO.where(*whose).values(_BACK | {"due_us": to_us(now)})
            connection.execute(back, {"id": endpoint_id})
            update_next(connection, endpoint)


def _choose(
    connection: Connection, endpoint: StoredEndpoint, told: dict[str, Any], is_void: IsVoid
) -> StoredDelivery | None:
    told = told | {"of_state": DeliveryState.PENDING}
    while (row := connection.execute(_NEXT, told).first()) is not None:
        if endpoint.absences:
            row = connection.execute(_OLDEST, told).first() or row
        delivery = read_delivery(row)
        if not is_void(connection, delivery):
            return delivery
        drop = _ONE.values(state=DeliveryState.DROPPED)
        connection.execute(drop, {"which": delivery.delivery_id})
    return None


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
