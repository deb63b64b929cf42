"""Which page answers which path of the console."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.authentication import Authentication
from services.gateway.access.permission import CONSOLE, SIGN_IN
from services.gateway.access.principal import principal_of
from services.gateway.access.session import Sessions
from services.gateway.api.body_reader import BodyReader
from services.gateway.console.error_group.group_page import ErrorGroupPages
from services.gateway.console.shell.asset import list_assets
from services.gateway.console.shell.navigation import ERRORS, list_places
from services.gateway.console.shell.shell import Shell
from services.gateway.console.sign_in_page import SIGN_OUT, SignInPage
from services.gateway.database.database import Database

Answer = Callable[[Request], Awaitable[Response]]
Paths = Mapping[str, Answer]


@dataclass(frozen=True)
class Site:
    """What the pages are made around.

    Attributes:
        now: The wall clock, aware.
    """

    shell: Shell
    database: Database
    bodies: BodyReader
    sessions: Sessions
    authentication: Authentication
    now: Callable[[], datetime]

    def add_to(self, app: Starlette) -> None:
        """Let an application answer for the console. No page is in the API's document."""
        for method, paths in (("GET", self._list_pages()), ("POST", self._list_acts())):
            for path, answer in paths:
                app.add_route(path, answer, methods=[method], include_in_schema=False)

    async def start(self, request: Request) -> Response:
        """Lead to the first page that somebody may see."""
        return self.shell.see(list_places(principal_of(request.scope))[0].path)

    def _list_pages(self) -> Sequence[tuple[str, Answer]]:
        errors = ErrorGroupPages(self.shell, self.database, self.bodies, self.now)
        return (
            (CONSOLE, self.start),
            (SIGN_IN, self._sign_in.show),
            *list_assets().items(),
            (ERRORS, errors.show_all),
            (f"{ERRORS}/{{fingerprint}}", errors.show_one),
        )

    def _list_acts(self) -> Sequence[tuple[str, Answer]]:
        errors = ErrorGroupPages(self.shell, self.database, self.bodies, self.now)
        return (
            (SIGN_IN, self._sign_in.sign_in),
            (SIGN_OUT, self._sign_in.sign_out),
            (f"{ERRORS}/{{fingerprint}}/{{verb}}", errors.decide),
        )

    @property
    def _sign_in(self) -> SignInPage:
        return SignInPage(self.shell, self.bodies, self.sessions, self.authentication)
