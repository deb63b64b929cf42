"""Deliveries claimed by the one gateway that sends them: several at a time, in their order.

A claim is a lease: whoever dies with it has until then said nothing, and it is sent again, under
the same id. Where an endpoint gets one request at a time, those behind it wait until then, too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from services.gateway.database.moment import to_us
from services.gateway.delivery.delivery import Claim, DeliveryState, StoredDelivery
from services.gateway.delivery.delivery_row import read_delivery
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import lock_endpoint
from services.gateway.delivery.queue_store import update_next
from services.gateway.delivery.schedule import STEP_ASIDE
from services.gateway.delivery.table import DELIVERIES

IsVoid = Callable[[Connection, StoredDelivery], bool]
"""Whether what a delivery is to tell is not so any more."""


@dataclass(frozen=True)
class Claiming:
    """How deliveries are claimed.

    Attributes:
        holder: Names whose the claims are.
        lease: For so long nobody else sends what is claimed.
        most: How many at a time, from 1.
        is_ordered: Nothing is claimed of an endpoint while something is under way to it.
    """

    holder: str
    lease: timedelta
    most: int = 1
    is_ordered: bool = True


_C = DELIVERIES.c
_OF = _C.endpoint_id == bindparam("id")
_SENDING = _C.state == DeliveryState.SENDING
_IS_DUE = bindparam("now_us") >= _C.due_us
_PENDING = select(DELIVERIES).where(_OF, _C.state == DeliveryState.PENDING).order_by(_C.sequence)
_NEXT = _PENDING.where(_IS_DUE).limit(bindparam("most"))
_OLDEST = _PENDING.where(or_(_IS_DUE, _C.attempts > 0), _C.attempts < STEP_ASIDE).limit(1)
_THOSE = update(DELIVERIES).where(_C.delivery_id.in_(bindparam("which", expanding=True)))
_DROP = _THOSE.values(state=DeliveryState.DROPPED)
_BACK: dict[str, Any] = {"state": DeliveryState.PENDING, "holder": None}
_LOST = update(DELIVERIES).where(_OF, _SENDING, _IS_DUE).values(_BACK)
_BLOCKED = select(func.max(_C.due_us)).where(_OF, _SENDING)
_HELD = select(_C.endpoint_id).where(_SENDING).distinct().order_by(_C.endpoint_id)
_LET_GO = update(DELIVERIES).where(_OF, _SENDING)
_GIVE_BACK = (
    update(DELIVERIES)
    .where(_C.delivery_id == bindparam("which"), _SENDING, _C.due_us == bindparam("until_us"))
    .values(_BACK | {"due_us": bindparam("was_due_us")})
)


def claim(
    connection: Connection, endpoint_id: str, now: datetime, claiming: Claiming, is_void: IsVoid
) -> list[Claim]:
    """Take the next deliveries of an endpoint; none where there is nothing to be sent now.

    They go in the order of their sequence. After an absence the oldest goes first, whichever was
    due, so that those behind it do not overtake it, and alone: one request is enough to see whether
    the endpoint is back.
    """
    endpoint = lock_endpoint(connection, endpoint_id)
    if endpoint is None:
        return []
    told = {"id": endpoint_id, "now_us": to_us(now)}
    connection.execute(_LOST, told)
    blocked_us = connection.execute(_BLOCKED, told).scalar() if claiming.is_ordered else None
    chosen, until = list[StoredDelivery](), now + claiming.lease
    if blocked_us is None and _is_open(endpoint, now):
        most = 1 if endpoint.absences else claiming.most
        chosen = _choose(connection, endpoint, told | {"most": most}, is_void)
    if chosen:
        held: dict[str, Any] = {"state": DeliveryState.SENDING, "holder": claiming.holder}
        which = {"which": [delivery.delivery_id for delivery in chosen]}
        connection.execute(_THOSE.values(held | {"due_us": to_us(until)}), which)
    update_next(connection, endpoint, blocked_us)
    return [Claim(endpoint, delivery, now, until) for delivery in chosen]


def _is_open(endpoint: StoredEndpoint, now: datetime) -> bool:
    is_held = endpoint.held_until is not None and endpoint.held_until > now
    return endpoint.disabled_at is None and not is_held


def _choose(
    connection: Connection, endpoint: StoredEndpoint, told: dict[str, Any], is_void: IsVoid
) -> list[StoredDelivery]:
    while rows := connection.execute(_NEXT, told).all():
        if endpoint.absences:
            rows = connection.execute(_OLDEST, told).all() or rows
        found = [read_delivery(row) for row in rows]
        void = [one.delivery_id for one in found if is_void(connection, one)]
        if void:
            connection.execute(_DROP, {"which": void})
        if len(void) < len(found):
            return [one for one in found if one.delivery_id not in void]
    return []


def give_back(connection: Connection, claims: Sequence[Claim]) -> None:
    """Let deliveries of one endpoint be as they were, which were claimed and not sent."""
    endpoint = lock_endpoint(connection, claims[0].endpoint.endpoint_id) if claims else None
    if endpoint is None:
        return
    rows = [
        {
            "which": one.delivery.delivery_id,
            "until_us": to_us(one.until),
            "was_due_us": to_us(one.delivery.due_at),
        }
        for one in claims
    ]
    connection.execute(_GIVE_BACK, rows)
    update_next(connection, endpoint)


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
