"""Deliveries as people look at them and have them sent again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from schemas.api.webhook import DeliveryAttempt, RecoverRequest
from services.gateway.database.moment import LATEST, from_us, to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, narrow
from services.gateway.delivery.delivery import DeliveryState, StoredDelivery
from services.gateway.delivery.delivery_row import read_delivery
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import lift_hold
from services.gateway.delivery.queue_store import update_next
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES

_C = DELIVERIES.c
_OF = _C.endpoint_id == bindparam("id")
_LIST = select(DELIVERIES).where(_OF).order_by(_C.sequence.desc())
_FIND = select(DELIVERIES).where(_OF, _C.delivery_id == bindparam("which"))
_LOG = (
    select(ATTEMPTS).where(ATTEMPTS.c.delivery_id == bindparam("which")).order_by(ATTEMPTS.c.number)
)
_WAITS = and_(_C.state == DeliveryState.PENDING, _C.attempts > 0, _C.due_us > bindparam("now_us"))
_AGAIN = update(DELIVERIES).values(
    state=DeliveryState.PENDING, due_us=bindparam("now_us"), attempts=0
)


def list_deliveries(
    connection: Connection,
    endpoint_id: str,
    state: DeliveryState | None,
    after: Place | None,
    limit: int,
) -> list[StoredDelivery]:
    """Deliveries to an endpoint, newest first."""
    query = _LIST.limit(limit)
    query = query if state is None else query.where(_C.state == state)
    query = query if after is None else query.where(_C.sequence < after.at_us)
    return [read_delivery(row) for row in connection.execute(query, {"id": endpoint_id})]


def find_delivery(
    connection: Connection, endpoint_id: str, delivery_id: str, sight: Sight
) -> tuple[StoredDelivery, tuple[DeliveryAttempt, ...]] | None:
    """A delivery that is seen, and its log, oldest first."""
    told = {"id": endpoint_id, "which": delivery_id}
    row = connection.execute(narrow(_FIND, DELIVERIES, sight), told).first()
    if row is None:
        return None
    log = connection.execute(_LOG, {"which": delivery_id})
    return read_delivery(row), tuple(map(_read_attempt, log))


def send_again(
    connection: Connection, endpoint: StoredEndpoint, delivery_id: str, now: datetime
) -> StoredDelivery | None:
    """Let a delivery be sent now, whatever became of it; None where there is none.

    One that is under way is left so.
    """
    told = {"id": endpoint.endpoint_id, "which": delivery_id}
    row = connection.execute(_FIND, told).first()
    if row is None:
        return None
    if row.state != DeliveryState.SENDING:
        again = _AGAIN.where(_C.delivery_id == bindparam("which"))
        connection.execute(again, {"which": delivery_id, "now_us": to_us(now)})
        update_next(connection, lift_hold(connection, endpoint))
    return read_delivery(connection.execute(_FIND, told).one())


def recover(
    connection: Connection, endpoint: StoredEndpoint, wanted: RecoverRequest, now: datetime
) -> int:
    """Let everything of a span be sent again, in the order of its sequence.

    What was refused and waits for its next turn is part of it: it would come behind the others.

    Returns:
        How many. What is due or under way anyway is not counted.
    """
    undelivered = (DeliveryState.FAILED, DeliveryState.SKIPPED)
    states = undelivered if wanted.undelivered_only else (*undelivered, DeliveryState.DELIVERED)
    until_us = to_us(wanted.until or LATEST)
    which = _AGAIN.where(_OF, or_(_C.state.in_(states), _WAITS), _C.occurred_us < until_us)
    which = which.where(_C.occurred_us >= to_us(wanted.since))
    now_us = to_us(now)
    told: dict[str, Any] = {"id": endpoint.endpoint_id, "now_us": now_us, "after_us": now_us}
    count = connection.execute(which, told).rowcount
    update_next(connection, lift_hold(connection, endpoint))
    return count


def _read_attempt(row: Any) -> DeliveryAttempt:
    return DeliveryAttempt(
        at=from_us(row.at_us),
        duration_ms=row.duration_ms,
        status=row.status,
        error=row.error,
        **json.loads(row.said),
    )
