"""Limits of single tenants in the tables, in place of those of the settings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from services.gateway.database.moment import from_us, to_us
from services.gateway.database.upsert import upsert
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tenant.table import TENANT_LIMITS

NAMES = ("open_jobs", "requests_per_minute", "usd_per_day")
MAX_TENANTS = 1_000

_C = TENANT_LIMITS.c
_FIND = select(TENANT_LIMITS).where(_C.tenant == bindparam("of_tenant"))
_LIST = select(TENANT_LIMITS).order_by(_C.tenant).limit(MAX_TENANTS)
_DELETE = delete(TENANT_LIMITS).where(_C.tenant == bindparam("of_tenant"))


@dataclass(frozen=True)
class OwnLimits:
    """What was set for a tenant: of each name that is there its limit, None for no limit."""

    tenant: str
    limits: Mapping[str, Any]
    set_at: datetime

    def over(self, settings: TenantSettings) -> TenantSettings:
        """The settings with what was set for this tenant."""
        return settings.model_copy(update=dict(self.limits))


def find_own(connection: Connection, tenant: str) -> OwnLimits | None:
    """What was set for a tenant; None where nothing was."""
    row = connection.execute(_FIND, {"of_tenant": tenant}).first()
    return None if row is None else _read(row)


def find_limits(connection: Connection, tenant: str, settings: TenantSettings) -> TenantSettings:
    """The limits of a tenant as they hold."""
    own = find_own(connection, tenant)
    return settings if own is None else own.over(settings)


def list_own(connection: Connection) -> list[OwnLimits]:
    """The tenants that have limits of their own."""
    return [_read(row) for row in connection.execute(_LIST)]


def set_own(connection: Connection, own: OwnLimits) -> None:
    """Set the limits of a tenant, in place of what was set before."""
    row = {"tenant": own.tenant, "limits": json.dumps(dict(own.limits))}
    upsert(connection, TENANT_LIMITS, [row | {"set_us": to_us(own.set_at)}])


def delete_own(connection: Connection, tenant: str) -> None:
    """Let the settings hold for a tenant again."""
    connection.execute(_DELETE, {"of_tenant": tenant})


def _read(row: Any) -> OwnLimits:
    said = json.loads(row.limits)
    limits = {name: said[name] for name in NAMES if name in said}
    return OwnLimits(row.tenant, limits, from_us(row.set_us))
