"""What single tenants may have and use in place of the settings, for admins."""

from dataclasses import replace
from typing import TypedDict, Unpack

from pydantic.alias_generators import to_camel

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from schemas.api.tenant_limit import TenantLimit, TenantLimitPage


class LimitsIn(TypedDict, total=False):
    """What a tenant may have; None for no limit. What is left out is as the settings say."""

    open_jobs: int | None
    requests_per_minute: int | None
    usd_per_day: float | None


def page() -> Call[TenantLimitPage]:
    """The tenants that have limits of their own."""
    return read_from(path_of("tenant-limits"), as_contract(TenantLimitPage))


def get(tenant: str) -> Call[TenantLimit]:
    """What a tenant may have and use, as it holds."""
    return read_from(_path(tenant), as_contract(TenantLimit))


def set_(tenant: str, *, reason: str = "", **limits: Unpack[LimitsIn]) -> Call[TenantLimit]:
    """Set the limits of a tenant."""
    body = {to_camel(name): value for name, value in limits.items()} | {"reason": reason}
    return send_to(_path(tenant), as_contract(TenantLimit), body, method="PUT")


def unset(tenant: str, *, reason: str = "") -> Call[TenantLimit]:
    """Let the settings hold for a tenant again."""
    call = read_from(_path(tenant), as_contract(TenantLimit), reason=reason or None)
    return replace(call, method="DELETE")


def _path(tenant: str) -> str:
    return path_of("tenant-limits", tenant)
