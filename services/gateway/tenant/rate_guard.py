"""The layer that lets through what a tenant may ask in a minute, and says how much is left."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.access.permission import PUBLIC_PATHS
from services.gateway.access.principal import principal_of
from services.gateway.api.problem import ProblemError, tell_database_away, write_problem
from services.gateway.database.database import DatabaseUnavailableError
from services.gateway.tenant.request_rate import MINUTE_S, RequestRate, Standing
from services.telemetry.metric import HTTP_REFUSED


class RateGuard:
    """ASGI middleware, inside of the one that finds out who asks."""

    def __init__(self, app: ASGIApp, rate: RequestRate) -> None:
        self._app = app
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say when to come again."""
        if scope["type"] != "http" or scope["path"] in PUBLIC_PATHS:
            await self._app(scope, receive, send)
            return
        tenant = principal_of(scope).tenant
        try:
            standing = await self._rate.take(tenant)
        except DatabaseUnavailableError as error:
            await tell_database_away(Request(scope), error)(scope, receive, send)
            return
        telling = send if standing.most is None else _tell(send, standing)
        if standing.is_let:
            await self._app(scope, receive, telling)
        else:
            await write_problem(Request(scope), _refuse(tenant, standing))(scope, receive, telling)


def _refuse(tenant: str, standing: Standing) -> ProblemError:
    HTTP_REFUSED.labels("requests of a tenant").inc()
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "tenant-asks-too-often",
        f"the tenant {tenant} has made {standing.most} requests in this minute, and more are not"
        f" answered: ask again in {standing.resets_s} s",
        headers={"Retry-After": str(standing.resets_s)},
    )


def _tell(send: Send, standing: Standing) -> Send:
    policy = f'"default";q={standing.most};w={MINUTE_S}'
    left = f'"default";r={standing.left};t={standing.resets_s}'
    headers = [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return telling
