"""GET of replays: a page of them, one, its jobs, its manifest."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.api.replay.manifest import ReplayManifest
from schemas.api.replay.request import MAX_REPLAY_JOBS
from schemas.api.replay.run import ReplayJobPage, ReplayPage, ReplayRun
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes, answer_json
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.database.database import Connection, Database
from services.gateway.database.sight import Sight
from services.gateway.replay.refusal import refuse_replay
from services.gateway.replay.store import find_replay, list_items, list_replays, read_manifest
from services.gateway.replay.stored_replay import ReplayItem, StoredReplay
from services.gateway.replay.view import REPLAY_PATH, show_job, show_replay

OF_ONE = f"{REPLAY_PATH}/{{replay_id}}"
REFUSED = problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)


def make_replay_router(database: Database) -> APIRouter:
    """The routes by which replays are watched."""
    router = APIRouter(tags=["replays"])
    _add_list(router, database)
    _add_one(router, database)
    return router


def _add_list(router: APIRouter, database: Database) -> None:
    @router.get(
        REPLAY_PATH,
        operation_id="listReplays",
        response_class=Response,
        responses={
            200: {"model": ReplayPage},
            **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_replays(
        request: Request,
        tenant: OfTenant = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List replays, newest first."""
        sight = principal_of(request.scope).look_at(tenant)
        found = await database.read(list_replays, sight, read_place(cursor), limit + 1)
        more = write_cursor(found[limit - 1].place) if len(found) > limit else None
        shown = tuple(map(show_replay, found[:limit]))
        return answer_json(ReplayPage(replays=shown, next=more))


def _add_one(router: APIRouter, database: Database) -> None:
    @router.get(
        OF_ONE,
        operation_id="readReplay",
        response_class=Response,
        responses={200: {"model": ReplayRun}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_replay(request: Request, replay_id: str) -> Response:
        """Read a replay: what was planned, and how far it is."""
        replay = await database.read(find_replay, replay_id, principal_of(request.scope).sight)
        if replay is None:
            raise refuse_replay(replay_id)
        return answer_json(show_replay(replay))

    @router.get(
        f"{OF_ONE}/jobs",
        operation_id="listReplayJobs",
        response_class=Response,
        responses={200: {"model": ReplayJobPage}, **REFUSED},
    )
    async def read_jobs(
        request: Request,
        replay_id: str,
        promoted: Annotated[
            bool, Query(description="Only those whose result was promoted.")
        ] = False,
        limit: Limit = DEFAULT_LIMIT,
        after: Annotated[
            int, Query(ge=0, le=MAX_REPLAY_JOBS, description="`next` of the page before.")
        ] = 0,
    ) -> Response:
        """List the jobs of a replay: how each has ended, and whether its result was promoted."""
        sight = principal_of(request.scope).sight
        replay, found = await database.read(_find, replay_id, sight, after, limit + 1)
        if replay is None:
            raise refuse_replay(replay_id)
        more = found[limit - 1].number if len(found) > limit else None
        shown = map(show_job, found[:limit])
        wanted = tuple(job for job in shown if job.version is not None or not promoted)
        return answer_json(ReplayJobPage(jobs=wanted, next=more))

    @router.get(
        f"{OF_ONE}/manifest",
        operation_id="readReplayManifest",
        response_class=Response,
        responses={200: {"model": ReplayManifest}, **problems(HTTPStatus.NOT_FOUND)},
    )
    async def read_plan(request: Request, replay_id: str) -> Response:
        """Read the manifest of a replay, as `brainshare replay` takes it from a file."""
        return answer_bytes(await _require_manifest(database, request, replay_id))


async def _require_manifest(database: Database, request: Request, replay_id: str) -> bytes:
    sight = principal_of(request.scope).sight
    manifest = await database.read(read_manifest, replay_id, sight)
    if manifest is None:
        raise refuse_replay(replay_id)
    return manifest


def _find(
    connection: Connection, replay_id: str, sight: Sight, after: int, limit: int
) -> tuple[StoredReplay | None, list[ReplayItem]]:
    replay = find_replay(connection, replay_id, sight)
    return replay, [] if replay is None else list_items(connection, replay_id, after, limit)
