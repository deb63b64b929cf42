"""/console/sign-in and /console/sign-out: a session is begun with an API key, and ended."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.authentication import Authentication
from services.gateway.access.origin import find_address
from services.gateway.access.permission import CONSOLE, SIGN_IN, is_of_console
from services.gateway.access.principal import Principal, principal_of
from services.gateway.access.session import COOKIE, LASTS, Sessions
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError
from services.gateway.console.shell.form import read_form
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.telemetry.log import get_log

SIGN_OUT = f"{CONSOLE}/sign-out"
NOTICES = {"out": "You are signed out."}
ENDED = "Your session has ended, or its key goes no more. Sign in again."

log = get_log()


@dataclass(frozen=True)
class SignInPage:
    """Where one signs in and out."""

    shell: Shell
    bodies: BodyReader
    sessions: Sessions
    authentication: Authentication

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {SIGN_IN: self.show}

    def list_acts(self) -> Paths:
        """What is done."""
        return {SIGN_IN: self.sign_in, SIGN_OUT: self.sign_out}

    async def show(self, request: Request) -> Response:
        """Ask for a key; where none is needed, go on."""
        if self.shell.is_local:
            return self.shell.see(CONSOLE)
        told = ENDED if "ended" in request.query_params else None
        return self._render(request, request.query_params.get("next", ""), told)

    async def sign_in(self, request: Request) -> Response:
        """Begin a session, and go where one wanted to."""
        form = await read_form(request, self.bodies)
        wanted = form.get("next", "")
        try:
            principal = await self._identify(request, form.get("key", "").strip())
        except ProblemError as error:
            page = self._render(request, wanted, error.detail, error.status)
            page.headers.update({n: v for n, v in error.headers.items() if n == "Retry-After"})
            return page
        log.info("signed_in", key=principal.key_id, tenant=principal.tenant)
        answer = self.shell.see(wanted if _is_ours(wanted) else CONSOLE)
        answer.set_cookie(
            COOKIE,
            self.sessions.begin(principal.key_id),
            max_age=int(LASTS.total_seconds()),
            path=CONSOLE,
            secure=_is_secure(request),
            httponly=True,
            samesite="strict",
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session in this browser."""
        principal = principal_of(request.scope)
        log.info("signed_out", key=principal.key_id, tenant=principal.tenant)
        answer = self.shell.see(SIGN_IN, "out")
        answer.delete_cookie(
            COOKIE, path=CONSOLE, secure=_is_secure(request), httponly=True, samesite="strict"
        )
        return answer

    async def _identify(self, request: Request, key: str) -> Principal:
        return await self.authentication.identify(f"Bearer {key}", find_address(request.scope))

    def _render(
        self,
        request: Request,
        wanted: str,
        told: str | None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        values = {"wanted": wanted if _is_ours(wanted) else "", "told": told}
        return self.shell.render(request, "sign_in.html", values, status=status, notices=NOTICES)


def _is_ours(path: str) -> bool:
    """Whether it is a page of the console, and nowhere else by any reading."""
    parts = urlsplit(path)
    is_path = not (parts.scheme or parts.netloc) and path.isprintable() and path.isascii()
    return is_path and "\\" not in path and is_of_console(parts.path)


def _is_secure(request: Request) -> bool:
    """Whether the browser has come by https, also where something before us ends it."""
    return "https" in (request.url.scheme, urlsplit(request.headers.get("origin", "")).scheme)
