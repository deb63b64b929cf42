"""/console/replays: all of them, one with what it would take and how far it is, and its acts."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.actor import Actor
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.cursor import write_cursor
from services.gateway.api.page import read_place
from services.gateway.api.problem import ProblemError
from services.gateway.console.replay.request_form import Form, read_control, read_start
from services.gateway.console.replay.view import (
    show_acts,
    show_failed,
    show_plan,
    show_progress,
)
from services.gateway.console.shell.form import read_act
from services.gateway.console.shell.navigation import REPLAYS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.gateway.database.database import Connection
from services.gateway.database.sight import Sight
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.refusal import refuse_replay
from services.gateway.replay.store import (
    find_replay,
    list_controls,
    list_failed,
    list_replays,
)
from services.gateway.replay.stored_replay import FailedItem, StoredReplay
from services.gateway.replay.view import show_replay

OF_ONE = f"{REPLAYS}/{{replay_id}}"
MOST_LISTED = 25
MOST_FAILED = 20
LIVE_S = 2.0
LIST_LIVE_S = 5.0
NOTICES = {
    "planned": "Planned. Nothing runs until you start it.",
    "start": "Started. Live work goes first.",
    "pause": "Paused. No more jobs are started; those under way go on.",
    "abort": "Aborted. No more jobs are started, and what has not ended is being cancelled.",
}


def replay_page(replay_id: str) -> str:
    """Where the page of a replay is."""
    return f"{REPLAYS}/{replay_id}"


@dataclass(frozen=True)
class ReplayPages:
    """Replays, as operators see and drive them."""

    shell: Shell
    bodies: BodyReader
    desk: ReplayDesk

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {REPLAYS: self.show_all, OF_ONE: self.show_one}

    def list_acts(self) -> Paths:
        """What is done."""
        return {f"{OF_ONE}/{{verb}}": self.act}

    async def show_all(self, request: Request) -> Response:
        """A page of replays, newest first."""
        sight = self.shell.admit(request, "listReplays").sight
        place = read_place(request.query_params.get("cursor"))
        found = await self.desk.writer.database.read(list_replays, sight, place, MOST_LISTED + 1)
        shown = [show_replay(one) for one in found[:MOST_LISTED]]
        version = digest(*(run.to_json() for run in shown))
        if unchanged := self.shell.find_unchanged(request, version):
            return unchanged
        rows = [(run, show_progress(run)) for run in shown]
        more = write_cursor(found[MOST_LISTED - 1].place) if len(found) > MOST_LISTED else None
        return self.shell.render(
            request,
            "replay/list.html",
            {"rows": rows, "next": more, "is_first": place is None},
            live_s=LIST_LIVE_S if place is None else None,
            version=version,
        )

    async def show_one(self, request: Request) -> Response:
        """One replay."""
        sight = self.shell.admit(request, "readReplay").sight
        replay_id: str = request.path_params["replay_id"]
        replay, failed, controls = await self.desk.writer.database.read(_find, replay_id, sight)
        if replay is None:
            raise refuse_replay(replay_id)
        run = show_replay(replay)
        version = digest(run.to_json(), *(one.replay_id.encode() for one in controls))
        if unchanged := self.shell.find_unchanged(request, version):
            return unchanged
        progress = show_progress(run)
        return self.shell.render(
            request,
            "replay/one.html",
            {
                "run": run,
                "progress": progress,
                "plan": show_plan(run),
                "acts": show_acts(run),
                "failed": [show_failed(item) for item in failed],
                "controls": [show_replay(one) for one in controls],
            },
            notices=NOTICES,
            live_s=LIVE_S if progress.is_moving else None,
            version=version,
        )

    async def act(self, request: Request) -> Response:
        """Start, pause or abort a replay, or plan a control of it."""
        known = self._acts()
        replay_id: str = request.path_params["replay_id"]
        verb: str = request.path_params["verb"]
        if verb not in known:
            detail = f"a replay is started, paused or aborted; {verb[:32]!r} is none of that"
            raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail)
        operation, do = known[verb]
        self.shell.admit(request, operation)
        form, actor = await read_act(request, self.bodies)
        changed = await do(replay_id, form, actor)
        done = "planned" if changed.replay_id != replay_id else verb
        return self.shell.see(replay_page(changed.replay_id), done)

    def _acts(self) -> dict[str, tuple[str, "Act"]]:
        return {
            "start": ("startReplay", self._start),
            "pause": ("pauseReplay", self._pause),
            "abort": ("abortReplay", self._abort),
            "control": ("planReplayControl", self._plan_control),
        }

    async def _start(self, replay_id: str, form: Form, actor: Actor) -> StoredReplay:
        return await self.desk.start(replay_id, read_start(form), actor)

    async def _pause(self, replay_id: str, _: Form, actor: Actor) -> StoredReplay:
        return await self.desk.pause(replay_id, actor)

    async def _abort(self, replay_id: str, _: Form, actor: Actor) -> StoredReplay:
        return await self.desk.abort(replay_id, actor)

    async def _plan_control(self, replay_id: str, form: Form, actor: Actor) -> StoredReplay:
        return await self.desk.plan_control(replay_id, read_control(form), actor)


Act = Callable[[str, Form, Actor], Awaitable[StoredReplay]]


def _find(
    connection: Connection, replay_id: str, sight: Sight
) -> tuple[StoredReplay | None, list[FailedItem], list[StoredReplay]]:
    replay = find_replay(connection, replay_id, sight)
    if replay is None:
        return None, [], []
    failed = list_failed(connection, replay_id, MOST_FAILED)
    return replay, failed, list_controls(connection, replay_id, sight)


def digest(*parts: bytes) -> str:
    """Of what a page shows, by which it is known to be the same."""
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
