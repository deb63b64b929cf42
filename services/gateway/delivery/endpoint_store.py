"""Endpoints in the tables: made, changed, found."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from services.gateway.database.moment import from_us, to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, narrow
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES, ENDPOINTS

_C = ENDPOINTS.c
_FIND = select(ENDPOINTS).where(_C.endpoint_id == bindparam("id"))
_LIST = select(ENDPOINTS).order_by(_C.created_us.desc(), _C.endpoint_id.desc())
_PLACE: Any = tuple_(*(_C.created_us, _C.endpoint_id))
_OF_TENANTS = (
    select(ENDPOINTS)
    .where(_C.tenant.in_(bindparam("tenants", expanding=True)))
    .order_by(_C.endpoint_id)
)
_DUE: Any = _C.next_us
_LIST_DUE = (
    select(_C.endpoint_id)
    .where(bindparam("now_us") >= _DUE)
    .order_by(_DUE)
    .limit(bindparam("most"))
)
_COUNT = select(func.count()).where(_C.tenant == bindparam("of_tenant"))
_UPDATE = update(ENDPOINTS).where(_C.endpoint_id == bindparam("id"))
_OF_ENDPOINT = select(DELIVERIES.c.delivery_id).where(DELIVERIES.c.endpoint_id == bindparam("id"))


def insert_endpoint(connection: Connection, endpoint: StoredEndpoint) -> None:
    """Keep an endpoint that was made."""
    connection.execute(insert(ENDPOINTS), {**_write(endpoint), "next_us": None})


def save_endpoint(
    connection: Connection, endpoint: StoredEndpoint, next_at: datetime | None
) -> None:
    """Keep an endpoint as it is now.

    Args:
        next_at: When there is something to be sent to it; None for not before another event.
    """
    row = _write(endpoint) | {"next_us": _unix(next_at)}
    connection.execute(_UPDATE.values(row), {"id": endpoint.endpoint_id})


def lift_hold(connection: Connection, endpoint: StoredEndpoint) -> StoredEndpoint:
    """Let an endpoint be sent to again that is left alone: a person has asked for it."""
    if endpoint.held_until is None:
        return endpoint
    connection.execute(_UPDATE.values(held_until_us=None), {"id": endpoint.endpoint_id})
    return replace(endpoint, held_until=None)


def find_endpoint(connection: Connection, endpoint_id: str, sight: Sight) -> StoredEndpoint | None:
    """An endpoint that is seen."""
    row = connection.execute(narrow(_FIND, ENDPOINTS, sight), {"id": endpoint_id}).first()
    return None if row is None else _read(row)


def lock_endpoint(
    connection: Connection, endpoint_id: str, sight: Sight = None
) -> StoredEndpoint | None:
    """An endpoint that is seen, which nobody else changes until this transaction ends.

    Whoever changes deliveries of it takes it first, so that nobody waits in a circle.
    """
    query = narrow(_FIND, ENDPOINTS, sight).with_for_update()
    row = connection.execute(query, {"id": endpoint_id}).first()
    return None if row is None else _read(row)


def list_endpoints(
    connection: Connection, sight: Sight, after: Place | None, limit: int
) -> list[StoredEndpoint]:
    """Endpoints, newest first."""
    query = narrow(_LIST, ENDPOINTS, sight).limit(limit)
    query = query if after is None else query.where((after.at_us, after.id) > _PLACE)
    return [_read(row) for row in connection.execute(query)]


def list_of_tenants(connection: Connection, tenants: Collection[str]) -> list[StoredEndpoint]:
    """Every endpoint of tenants, in the order in which they are locked."""
    rows = connection.execute(_OF_TENANTS, {"tenants": sorted(tenants)})
    return [_read(row) for row in rows]


def count_endpoints(connection: Connection, tenant: str) -> int:
    """How many endpoints a tenant has."""
    return connection.execute(_COUNT, {"of_tenant": tenant}).scalar_one()


def list_due(connection: Connection, now: datetime, most: int) -> list[str]:
    """Endpoints to which something is to be sent, the longest due first."""
    return list(connection.execute(_LIST_DUE, {"now_us": to_us(now), "most": most}).scalars())


def delete_endpoint(connection: Connection, endpoint_id: str) -> None:
    """Let go of an endpoint, with its deliveries and their log."""
    told = {"id": endpoint_id}
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.delivery_id.in_(_OF_ENDPOINT)), told)
    connection.execute(delete(DELIVERIES).where(DELIVERIES.c.endpoint_id == endpoint_id))
    connection.execute(delete(ENDPOINTS).where(_C.endpoint_id == endpoint_id))


def place_of_endpoint(endpoint: StoredEndpoint) -> Place:
    """An endpoint's place in a list."""
    return Place(to_us(endpoint.created_at), endpoint.endpoint_id)


def write_events(events: Iterable[str]) -> str:
    """What an endpoint is told, as it is kept."""
    return json.dumps(list(events))


def _write(endpoint: StoredEndpoint) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint.endpoint_id,
        "tenant": endpoint.tenant,
        "url": endpoint.url,
        "events": write_events(endpoint.events),
        "description": endpoint.description,
        "secret": endpoint.secret,
        "old_secret": endpoint.old_secret,
        "old_until_us": _unix(endpoint.old_until),
        "created_us": to_us(endpoint.created_at),
        "created_by": endpoint.created_by,
        "disabled_us": _unix(endpoint.disabled_at),
        "disabled_why": endpoint.disabled_why,
        "failing_since_us": _unix(endpoint.failing_since),
        "told_percent": endpoint.told_percent,
        "absences": endpoint.absences,
        "held_until_us": _unix(endpoint.held_until),
        "sequence": endpoint.sequence,
        "is_for_jobs": endpoint.is_for_jobs,
    }


def _read(row: Any) -> StoredEndpoint:
    return StoredEndpoint(
        endpoint_id=row.endpoint_id,
        tenant=row.tenant,
        url=row.url,
        events=tuple(json.loads(row.events)),
        description=row.description,
        secret=row.secret,
        created_at=from_us(row.created_us),
        created_by=row.created_by,
        old_secret=row.old_secret,
        old_until=_moment(row.old_until_us),
        disabled_at=_moment(row.disabled_us),
        disabled_why=row.disabled_why,
        failing_since=_moment(row.failing_since_us),
        told_percent=row.told_percent,
        absences=row.absences,
        held_until=_moment(row.held_until_us),
        sequence=row.sequence,
        is_for_jobs=row.is_for_jobs,
    )


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _moment(unix_us: int | None) -> datetime | None:
    return None if unix_us is None else from_us(unix_us)
