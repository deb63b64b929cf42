"""The layer before every route: whence a request comes, who makes it, and what that may do."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.access.authentication import Authentication
from services.gateway.access.origin import (
    find_address,
    refuse_strange_form,
    refuse_strange_host,
    refuse_strange_origin,
)
from services.gateway.access.permission import PUBLIC_PATHS, is_of_console
from services.gateway.access.principal import SCOPE_KEY, Principal
from services.gateway.access.session import Sessions
from services.gateway.access.stream_token import StreamTokens, find_token
from services.gateway.api.problem import ProblemError, tell_database_away, write_problem
from services.gateway.database.database import DatabaseUnavailableError
from services.telemetry.log import bind_to_log
from services.telemetry.metric import HTTP_DENIED


class Guard:
    """ASGI middleware that lets nothing through without a principal, but what is public.

    Args:
        hosts: The names of this gateway.
        origins: Those whose pages may act.
        is_local: Whether nobody is asked for a key.
    """

    def __init__(
        self,
        app: ASGIApp,
        authentication: Authentication,
        tokens: StreamTokens,
        sessions: Sessions,
        hosts: frozenset[str],
        origins: frozenset[str],
        *,
        is_local: bool,
    ) -> None:
        self._app = app
        self._authentication = authentication
        self._tokens = tokens
        self._sessions = sessions
        self._hosts = hosts
        self._origins = origins
        self._is_local = is_local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._admit(scope)
        except ProblemError as error:
            await write_problem(Request(scope), error)(scope, receive, send)
        except DatabaseUnavailableError as error:
            await tell_database_away(Request(scope), error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        given = _read_headers(scope)
        try:
            self._check_place(scope, given)
        except ProblemError as error:
            HTTP_DENIED.labels(error.slug).inc()
            raise
        if scope["path"] in PUBLIC_PATHS:
            return
        principal = await self._identify(scope, given)
        scope[SCOPE_KEY] = principal
        bind_to_log(tenant=principal.tenant)

    def _check_place(self, scope: Scope, given: dict[bytes, str]) -> None:
        host, origin = given.get(b"host", ""), given.get(b"origin", "")
        refuse_strange_host(host, self._hosts, is_local=self._is_local)
        if is_of_console(scope["path"]):
            refuse_strange_form(scope["method"], host, origin)
        else:
            refuse_strange_origin(scope["method"], host, origin, self._origins)

    async def _identify(self, scope: Scope, given: dict[bytes, str]) -> Principal:
        path: str = scope["path"]
        if is_of_console(path):
            return await self._sessions.identify(given.get(b"cookie", ""))
        authorization = given.get(b"authorization")
        token = find_token(path, scope["query_string"], authorization)
        if token is None:
            return await self._authentication.identify(authorization, find_address(scope))
        return self._tokens.identify(token)


def _read_headers(scope: Scope) -> dict[bytes, str]:
    return {name: value.decode("latin-1") for name, value in scope["headers"] if name in _WANTED}


_WANTED = frozenset({b"host", b"origin", b"authorization", b"cookie"})
