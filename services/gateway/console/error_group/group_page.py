"""/console/errors: groups of errors, one of them, and what is decided of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.dead_letter import FINGERPRINT_PATTERN
from schemas.api.error_group import ErrorGroup, ErrorSource, GroupState
from schemas.kafka.headers import cut
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError
from services.gateway.console.shell.form import read_act
from services.gateway.console.shell.navigation import ERRORS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.query import read_choice
from services.gateway.console.shell.shell import Shell
from services.gateway.database.database import Database
from services.gateway.error_group.desk import VERBS, Verb, decide_error, read_group, refuse_error
from services.gateway.error_group.store import show_groups
from services.gateway.error_group.view import show_group

NOTICES = {
    "resolve": "It is called resolved now. Seen again, it shows as regressed.",
    "mute": "It is muted now.",
    "reopen": "It is open again.",
}
OF_ONE = f"{ERRORS}/{{fingerprint}}"
MOST_SAID_BYTES = 64
STATES = tuple(GroupState)
SOURCES = tuple(ErrorSource)


@dataclass(frozen=True)
class ErrorGroupPages:
    """The pages of groups of errors."""

    shell: Shell
    database: Database
    bodies: BodyReader
    now: Callable[[], datetime]

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {ERRORS: self.show_all, OF_ONE: self.show_one}

    def list_acts(self) -> Paths:
        """What is done."""
        return {f"{OF_ONE}/{{verb}}": self.decide}

    async def show_all(self, request: Request) -> Response:
        """All groups, or those of a state or a source."""
        principal = self.shell.admit(request, "listErrors")
        state = read_choice(request, "state", STATES)
        source = read_choice(request, "source", SOURCES)
        found = [show_group(g) for g in await self.database.read(show_groups, principal.sight)]
        shown = [g for g in found if state in (None, g.state) and source in (None, g.source)]
        values = {
            "groups": shown,
            "known": len(found),
            "counts": {one: sum(g.state is one for g in found) for one in STATES},
            "states": STATES,
            "state": state,
            "sources": SOURCES,
            "source": source,
        }
        return self.shell.render(request, "error_groups.html", values)

    async def show_one(self, request: Request) -> Response:
        """One group, and what can be decided of it."""
        principal = self.shell.admit(request, "readError")
        group = await read_group(self.database, principal.sight, _read_fingerprint(request))
        values = {"group": group, "verbs": [verb for verb in VERBS if _changes(verb, group)]}
        return self.shell.render(request, "error_group.html", values, notices=NOTICES)

    async def decide(self, request: Request) -> Response:
        """Decide of a group as a form says."""
        fingerprint, name = _read_fingerprint(request), request.path_params["verb"]
        verb = next((verb for verb in VERBS if verb.name == name), None)
        if verb is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", "there is no such act")
        self.shell.admit(request, verb.operation)
        _, actor = await read_act(request, self.bodies)
        await decide_error(self.database, fingerprint, verb, actor, self.now())
        return self.shell.see(f"{ERRORS}/{fingerprint}", verb.name)


def _read_fingerprint(request: Request) -> str:
    fingerprint: str = request.path_params["fingerprint"]
    if not re.fullmatch(FINGERPRINT_PATTERN, fingerprint):
        raise refuse_error(cut(fingerprint, MOST_SAID_BYTES))
    return fingerprint


def _changes(verb: Verb, group: ErrorGroup) -> bool:
    """Whether it would be another group after it: what has regressed is not reopened."""
    is_open = group.state in (GroupState.OPEN, GroupState.REGRESSED)
    return verb.state is not group.state and not (verb.state is GroupState.OPEN and is_open)
