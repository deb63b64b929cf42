"""/v1/tenant-limits: what single tenants may have in place of the settings, for admins."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from schemas.api.act import MAX_REASON, Deed
from schemas.api.tenant_limit import LimitRequest, TenantLimit, TenantLimitPage
from schemas.tenant import TENANT_PATTERN
from services.gateway.access.actor import Actor, actor_of
from services.gateway.act.store import make_act, note_act
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, problems
from services.gateway.database.database import Connection, Database
from services.gateway.tenant.limit_store import (
    NAMES,
    OwnLimits,
    delete_own,
    find_own,
    list_own,
    set_own,
)
from services.gateway.tenant.settings import TenantSettings
from services.telemetry.log import get_log

LIMITS_PATH = "/v1/tenant-limits"
OF_TENANT = f"{LIMITS_PATH}/{{tenant}}"
EXAMPLE = {"openJobs": 500, "usdPerDay": None, "reason": "a load test"}
JSON_NAMES = {"open_jobs": "openJobs", "requests_per_minute": "requestsPerMinute"} | {
    "usd_per_day": "usdPerDay"
}
OF_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)

Tenant = Annotated[str, Path(pattern=TENANT_PATTERN)]

log = get_log()


def make_limit_router(
    database: Database, bodies: BodyReader, settings: TenantSettings, now: Callable[[], datetime]
) -> APIRouter:
    """The routes of limits."""
    router = APIRouter(tags=["access"])
    _add_reads(router, database, settings)
    _add_acts(router, database, bodies, settings, now)
    return router


def _add_reads(router: APIRouter, database: Database, settings: TenantSettings) -> None:
    @router.get(
        LIMITS_PATH,
        operation_id="listTenantLimits",
        response_class=Response,
        responses={200: {"model": TenantLimitPage}, **problems()},
    )
    async def read_limits() -> Response:
        """List the tenants that have limits of their own, the first thousand by name."""
        found = await database.read(list_own)
        shown = tuple(show_limit(own.tenant, own, settings) for own in found)
        return answer_json(TenantLimitPage(limits=shown))

    @router.get(
        OF_TENANT,
        operation_id="readTenantLimit",
        response_class=Response,
        responses={200: {"model": TenantLimit}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)},
    )
    async def read_limit(tenant: Tenant) -> Response:
        """Read what a tenant may have and use, as it holds."""
        return answer_json(show_limit(tenant, await database.read(find_own, tenant), settings))


def _add_acts(
    router: APIRouter,
    database: Database,
    bodies: BodyReader,
    settings: TenantSettings,
    now: Callable[[], datetime],
) -> None:
    @router.put(
        OF_TENANT,
        operation_id="setTenantLimit",
        response_class=Response,
        responses={200: {"model": TenantLimit}, **problems(*OF_BODY)},
        openapi_extra=describe_body(LimitRequest, EXAMPLE),
    )
    async def set_limit(request: Request, tenant: Tenant) -> Response:
        """Set the limits of a tenant, in place of what was set for it before."""
        async with bodies.read(request, parse_body, LimitRequest) as asked:
            said = asked.model_dump(include=set(NAMES) & asked.model_fields_set)
            own = OwnLimits(tenant, said, now())
            await database.write(_set, own, actor_of(request.scope, asked.reason))
        log.info("tenant_limit_set", tenant=tenant, **said)
        return answer_json(show_limit(tenant, own, settings))

    @router.delete(
        OF_TENANT,
        operation_id="unsetTenantLimit",
        response_class=Response,
        responses={200: {"model": TenantLimit}, **problems(HTTPStatus.UNPROCESSABLE_ENTITY)},
    )
    async def unset_limit(
        request: Request,
        tenant: Tenant,
        reason: Annotated[
            str, Query(max_length=MAX_REASON, description="Why; it stands in the log of acts.")
        ] = "",
    ) -> Response:
        """Let the settings hold for a tenant again."""
        own = OwnLimits(tenant, {}, now())
        await database.write(_set, own, actor_of(request.scope, reason.strip()))
        log.info("tenant_limit_unset", tenant=tenant)
        return answer_json(show_limit(tenant, None, settings))


def show_limit(tenant: str, own: OwnLimits | None, settings: TenantSettings) -> TenantLimit:
    """What a tenant may have, as it holds."""
    holds = settings if own is None else own.over(settings)
    return TenantLimit(
        tenant=tenant,
        open_jobs=holds.open_jobs,
        requests_per_minute=holds.requests_per_minute,
        usd_per_day=holds.usd_per_day,
        own=() if own is None else tuple(JSON_NAMES[name] for name in own.limits),
        set_at=None if own is None else own.set_at,
    )


def _set(connection: Connection, own: OwnLimits, actor: Actor) -> None:
    before = find_own(connection, own.tenant)
    if own.limits:
        set_own(connection, own)
    else:
        delete_own(connection, own.tenant)
    about = (own.tenant, own.tenant, own.set_at, _say(before), _say(own))
    note_act(connection, make_act(actor, Deed.SET_LIMIT, *about))


def _say(own: OwnLimits | None) -> dict[str, object] | None:
    if own is None or not own.limits:
        return None
    return {JSON_NAMES[name]: most for name, most in own.limits.items()}
