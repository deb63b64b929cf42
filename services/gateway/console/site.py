"""All paths of the console."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from services.gateway.access.permission import CONSOLE
from services.gateway.access.principal import principal_of
from services.gateway.console.shell.asset import list_assets
from services.gateway.console.shell.navigation import list_places
from services.gateway.console.shell.path import Pages, Paths
from services.gateway.console.shell.shell import Shell


class PageRoute(Route):
    """A route that metrics and traces know by its path, as they know those of the API."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it answers a request, and what its answer is to know."""
        match, told = super().matches(scope)
        return match, {**told, "route": self} if told else told


@dataclass(frozen=True)
class Site:
    """The console.

    Attributes:
        rooms: The pages of each subject.
    """

    shell: Shell
    rooms: Sequence[Pages]

    def add_to(self, app: Starlette) -> None:
        """Let an application answer for the console. No page is in the API's document."""
        self._add(app, "GET", {CONSOLE: self.start, **list_assets()})
        for room in self.rooms:
            self._add(app, "GET", room.list_pages())
            self._add(app, "POST", room.list_acts())

    async def start(self, request: Request) -> Response:
        """Lead to the first page that somebody may see."""
        return self.shell.see(list_places(principal_of(request.scope))[0].path)

    @staticmethod
    def _add(app: Starlette, method: str, paths: Paths) -> None:
        app.router.routes.extend(
            PageRoute(path, answer, methods=[method], include_in_schema=False)
            for path, answer in paths.items()
        )
