"""POST of replays: plan one, start it, pause it, abort it."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.act import ActRequest
from schemas.api.replay.request import (
    MAX_REPLAY_JOBS,
    ReplayControlRequest,
    ReplayRequest,
    ReplayStartRequest,
)
from schemas.api.replay.run import ReplayPace, ReplayRun
from services.gateway.access.actor import actor_of
from services.gateway.act.reason import REFUSALS, read_actor
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, describe_optional_body, problems
from services.gateway.api.problem import ProblemError
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.replay.change import abort, keep, pause, start
from services.gateway.replay.past import Past, PastIsBusyError
from services.gateway.replay.refusal import (
    refuse_many,
    refuse_past,
    refuse_replay,
    refuse_start,
)
from services.gateway.replay.store import find_replay, read_manifest
from services.gateway.replay.stored_replay import StateError, StoredReplay
from services.gateway.replay.view import REPLAY_PATH, replay_path, show_replay
from services.replay.manifest import JobEnd, Selection
from services.replay.question.plan import ControlQuestion, PastUnreadableError, PlanQuestion
from services.telemetry.log import get_log

PLAN_EXAMPLE = {"stage": "column", "from": "2026-11-20T00:00:00Z", "sample": 200}
CONTROL_EXAMPLE = {"sample": 50, "reason": "how much is noise"}
START_EXAMPLE = {"rate": 5, "liveWaitS": 10, "maxCostUsd": 2.5}
OF_PLAN = tuple(status for status in REFUSALS if status not in (404, 409))

log = get_log()


def make_replay_act_router(writer: RecordWriter, bodies: BodyReader, past: Past) -> APIRouter:
    """The routes by which replays are planned and driven."""
    router = APIRouter(tags=["replays"])
    _add_plan(router, writer, bodies, past)
    _add_control(router, writer, bodies, past)
    _add_start(router, writer, bodies, past)
    _add_end(router, writer, bodies, "pause", pause, "Pause a replay: start no more for now.")
    told = "Abort a replay: start no more, and cancel what of it has not ended."
    _add_end(router, writer, bodies, "abort", abort, told)
    return router


def _add_plan(router: APIRouter, writer: RecordWriter, bodies: BodyReader, past: Past) -> None:
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
            actor = actor_of(request.scope, asked.reason)
            sight = actor.principal.look_at(asked.tenant)
            try:
                planned = await past.plan(_ask(asked, sight), writer.now())
            except (PastIsBusyError, PastUnreadableError) as error:
                raise refuse_past(error) from error
            if len(planned.jobs) > MAX_REPLAY_JOBS:
                raise refuse_many(len(planned.jobs))
            told = (planned, actor, sight, writer.now())
            replay = await writer.database.write(keep, *told)
        return _answer_planned(replay)


def _add_control(router: APIRouter, writer: RecordWriter, bodies: BodyReader, past: Past) -> None:
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
            replay = await writer.database.read(find_replay, replay_id, actor.sight)
            manifest = await writer.database.read(read_manifest, replay_id, actor.sight)
            if replay is None or manifest is None:
                raise refuse_replay(replay_id)
            question = ControlQuestion(manifest, asked.model, asked.sample)
            try:
                planned = await past.plan_control(question, writer.now())
            except PastIsBusyError as error:
                raise refuse_past(error) from error
            told = (planned, actor, replay.sight, writer.now(), replay_id)
            control = await writer.database.write(keep, *told)
        return _answer_planned(control)


def _answer_planned(replay: StoredReplay) -> Response:
    log.info("replay_planned", replay=replay.replay_id, jobs=replay.total)
    headers = {"Location": replay_path(replay.replay_id)}
    return answer_json(show_replay(replay), headers, HTTPStatus.CREATED)


def _add_start(router: APIRouter, writer: RecordWriter, bodies: BodyReader, past: Past) -> None:
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
            replay = await writer.database.read(find_replay, replay_id, actor.sight)
            if replay is None:
                raise refuse_replay(replay_id)
            await refuse_start(replay, past, is_said_live=asked.live)
            pace = ReplayPace.model_validate(asked.model_dump(exclude={"reason", "live"}))
            told = (replay_id, pace, actor, writer.now())
            return await _answer(writer, replay_id, start, *told)


def _add_end(
    router: APIRouter,
    writer: RecordWriter,
    bodies: BodyReader,
    word: str,
    change: Callable[..., StoredReplay | None],
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
        return await _answer(writer, replay_id, change, replay_id, actor, writer.now())


async def _answer(
    writer: RecordWriter, replay_id: str, change: Callable[..., StoredReplay | None], *told: object
) -> Response:
    try:
        replay = await writer.database.write(change, *told)
    except StateError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "replay-not-so-far", str(error)) from error
    if replay is None:
        raise refuse_replay(replay_id)
    log.info("replay_changed", replay=replay_id, state=replay.state.value)
    return answer_json(show_replay(replay), status=HTTPStatus.ACCEPTED)


def _ask(asked: ReplayRequest, tenant: str | None) -> PlanQuestion:
    selection = Selection(
        from_at=asked.since,
        to_at=asked.until,
        statuses=tuple(JobEnd(status) for status in asked.statuses),
        tags=asked.tags,
        table_id=asked.table_id,
        tenant=tenant,
        sample=asked.sample,
        limit=asked.limit,
        is_listed=asked.job_ids is not None,
    )
    listed = None if asked.job_ids is None else frozenset(asked.job_ids)
    told = (selection, asked.prompt_version, asked.model, listed, asked.prompt, asked.live)
    return PlanQuestion(asked.stage, *told)
