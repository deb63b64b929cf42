"""POST of replays: plan one, start it, pause it, abort it."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.replay.request import (
    ReplayControlRequest,
    ReplayRequest,
    ReplayStartRequest,
)
from schemas.api.replay.run import ReplayRun
from services.gateway.access.actor import Actor, actor_of
from services.gateway.act.reason import REFUSALS, read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, describe_optional_body, problems
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.stored_replay import StoredReplay
from services.gateway.replay.view import REPLAY_PATH, replay_path, show_replay

PLAN_EXAMPLE = {"stage": "column", "from": "2026-11-20T00:00:00Z", "sample": 200}
CONTROL_EXAMPLE = {"sample": 50, "reason": "how much is noise"}
START_EXAMPLE = {"rate": 5, "liveWaitS": 10, "maxCostUsd": 2.5}
OF_PLAN = tuple(status for status in REFUSALS if status not in (404, 409))


def make_replay_act_router(desk: ReplayDesk, bodies: BodyReader) -> APIRouter:
    """The routes by which replays are planned and driven."""
    router = APIRouter(tags=["replays"])
    _add_plan(router, desk, bodies)
    _add_control(router, desk, bodies)
    _add_start(router, desk, bodies)
    _add_end(router, bodies, "pause", desk.pause, "Pause a replay: start no more for now.")
    told = "Abort a replay: start no more, and cancel what of it has not ended."
    _add_end(router, bodies, "abort", desk.abort, told)
    return router


def _add_plan(router: APIRouter, desk: ReplayDesk, bodies: BodyReader) -> None:
    @router.post(
        REPLAY_PATH,
        operation_id="planReplay",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={201: {"model": ReplayRun, "description": "Planned"}, **problems(*OF_PLAN)},
        openapi_extra=describe_body(ReplayRequest, PLAN_EXAMPLE),
    )
    async def plan_replay(request: Request) -> Response:
        """Plan a replay of the past: which jobs would run again, and what that would take.

        The topics are read to their end, which takes seconds. Nothing runs.
        """
        async with bodies.read(request, parse_body, ReplayRequest) as asked:
            replay = await desk.plan(asked, actor_of(request.scope, asked.reason))
        return _answer_planned(replay)


def _add_control(router: APIRouter, desk: ReplayDesk, bodies: BodyReader) -> None:
    @router.post(
        f"{REPLAY_PATH}/{{replay_id}}/control",
        operation_id="planReplayControl",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={
            201: {"model": ReplayRun, "description": "Planned"},
            **problems(*OF_PLAN, HTTPStatus.NOT_FOUND),
        },
        openapi_extra=describe_body(ReplayControlRequest, CONTROL_EXAMPLE),
    )
    async def plan_control(request: Request, replay_id: str) -> Response:
        """Plan the jobs of a replay once more, to see how a model differs from itself.

        A replay of its own: start it while the agents have the prompt and model that answered
        before, or those of the replay. A comparison with it calls what differs by more.
        """
        async with bodies.read(request, parse_body, ReplayControlRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            control = await desk.plan_control(replay_id, asked, actor)
        return _answer_planned(control)


def _answer_planned(replay: StoredReplay) -> Response:
    headers = {"Location": replay_path(replay.replay_id)}
    return answer_json(show_replay(replay), headers, HTTPStatus.CREATED)


def _add_start(router: APIRouter, desk: ReplayDesk, bodies: BodyReader) -> None:
    @router.post(
        f"{REPLAY_PATH}/{{replay_id}}/start",
        operation_id="startReplay",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": ReplayRun}, **problems(*REFUSALS)},
        openapi_extra=describe_body(ReplayStartRequest, START_EXAMPLE),
    )
    async def start_replay(request: Request, replay_id: str) -> Response:
        """Start a replay, or let it go on: live work first, each of its jobs once.

        Its jobs are shadows: no list shows them unasked, nobody is told of them, and the jobs of
        which they are replays stay as they are. Of one that was planned as `live` people are told,
        so its start has to say `live`, too.
        """
        async with bodies.read(request, parse_body, ReplayStartRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            return _answer(await desk.start(replay_id, asked, actor))


def _add_end(
    router: APIRouter,
    bodies: BodyReader,
    word: str,
    act: Callable[[str, Actor], Awaitable[StoredReplay]],
    told: str,
) -> None:
    @router.post(
        f"{REPLAY_PATH}/{{replay_id}}/{word}",
        operation_id=f"{word}Replay",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        summary=f"{word.title()} Replay",
        description=told,
        responses={202: {"model": ReplayRun}, **problems(*REFUSALS)},
        openapi_extra=describe_optional_body(ActRequest, {"reason": "the wrong prompt"}),
    )
    async def end_replay(request: Request, replay_id: str) -> Response:
        actor = await read_actor(request, bodies)
        return _answer(await act(replay_id, actor))


def _answer(replay: StoredReplay) -> Response:
    return answer_json(show_replay(replay), status=HTTPStatus.ACCEPTED)
