"""POST of a replay's promotions: its results become those of their jobs, or are taken back.

Both are bulk actions: job by job, through restarts, and each job that is skipped is named with why.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from schemas.api.batch import BulkAction, BulkKind, BulkPreview
from schemas.api.replay.request import ReplayPromotionRequest, ReplayRollbackRequest
from services.gateway.access.actor import Actor, actor_of
from services.gateway.act.reason import REFUSALS
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, problems
from services.gateway.api.problem import refuse_field
from services.gateway.bulk.beginning import ResultChange, begin_change
from services.gateway.bulk.view import bulk_path, show_bulk
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.replay.past import Past, PastIsBusyError
from services.gateway.replay.refusal import refuse_past, refuse_replay
from services.gateway.replay.store import find_replay, read_manifest
from services.gateway.replay.stored_replay import StoredReplay
from services.gateway.replay.view import REPLAY_PATH
from services.replay.comparison.promotion import read_rule
from services.replay.manifest import Manifest
from services.replay.question.plan import PastUnreadableError
from services.replay.question.promote import PromotionQuestion
from services.telemetry.log import get_log

OF_ONE = f"{REPLAY_PATH}/{{replay_id}}"
REFUSED = problems(*(status for status in REFUSALS if status != HTTPStatus.CONFLICT))
BEGUN: dict[int | str, dict[str, Any]] = {202: {"model": BulkAction, "description": "Begun"}}
PREVIEW: dict[int | str, dict[str, Any]] = {
    200: {"model": BulkPreview, "description": "A preview: nothing was begun"}
}
PROMOTE_EXAMPLE = {"rule": "better or changed", "reason": "prompt column-10"}
ROLLBACK_EXAMPLE = {"reason": "prompt column-10 was wrong after all"}

log = get_log()


def make_replay_promotion_router(writer: RecordWriter, bodies: BodyReader, past: Past) -> APIRouter:
    """The routes by which the results of a replay are promoted and rolled back."""
    router = APIRouter(tags=["replays"])
    _add_promote(router, writer, bodies, past)
    _add_rollback(router, writer, bodies)
    return router


def _add_promote(router: APIRouter, writer: RecordWriter, bodies: BodyReader, past: Past) -> None:
    @router.post(
        f"{OF_ONE}/promote",
        operation_id="promoteReplay",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={**PREVIEW, **BEGUN, **REFUSED},
        openapi_extra=describe_body(ReplayPromotionRequest, PROMOTE_EXAMPLE),
    )
    async def promote_replay(request: Request, replay_id: str) -> Response:
        """Make the results of a replay that pass a rule those of their jobs.

        The topics are read once more. A bulk action goes through the jobs: one that has changed
        since the plan is skipped and named, as is each whose answers do not pass.
        """
        async with bodies.read(request, parse_body, ReplayPromotionRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            _refuse_wrong_rule(asked.rule)
            replay, manifest = await _require_replay(writer, replay_id, actor)
            _choose(Manifest.from_json(manifest), asked.job_ids)
            question = PromotionQuestion(manifest, asked.rule, frozenset(asked.job_ids or ()))
            try:
                found = await past.find_promotable(question)
            except (PastIsBusyError, PastUnreadableError) as error:
                raise refuse_past(error) from error
            if asked.preview:
                counted = BulkPreview(action=BulkKind.PROMOTE, total=len(found.chosen))
                return answer_json(counted)
            of = (BulkKind.PROMOTE, replay_id, asked.rule, found.chosen, found.skipped)
            return await _begin(writer, replay, ResultChange(*of), actor)


def _add_rollback(router: APIRouter, writer: RecordWriter, bodies: BodyReader) -> None:
    @router.post(
        f"{OF_ONE}/rollback",
        operation_id="rollBackReplay",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={**BEGUN, **REFUSED},
        openapi_extra=describe_body(ReplayRollbackRequest, ROLLBACK_EXAMPLE),
    )
    async def roll_back_replay(request: Request, replay_id: str) -> Response:
        """Give the jobs of a replay their own results again, to the last byte.

        A bulk action goes through them: one that has the result of another replay is skipped.
        """
        async with bodies.read(request, parse_body, ReplayRollbackRequest) as asked:
            actor = actor_of(request.scope, asked.reason)
            replay, manifest = await _require_replay(writer, replay_id, actor)
            jobs = _choose(Manifest.from_json(manifest), asked.job_ids)
            change = ResultChange(BulkKind.ROLL_BACK, replay_id, None, jobs, {})
            return await _begin(writer, replay, change, actor)


async def _begin(
    writer: RecordWriter, replay: StoredReplay, change: ResultChange, actor: Actor
) -> Response:
    told = (change, actor, replay.sight, writer.now())
    bulk = await writer.database.write(begin_change, *told)
    log.info("bulk_action_begun", bulk=bulk.bulk_id, action=change.kind.value, jobs=bulk.total)
    headers = {"Location": bulk_path(bulk.bulk_id)}
    return answer_json(show_bulk(bulk), headers, HTTPStatus.ACCEPTED)


async def _require_replay(
    writer: RecordWriter, replay_id: str, actor: Actor
) -> tuple[StoredReplay, bytes]:
    replay = await writer.database.read(find_replay, replay_id, actor.sight)
    manifest = await writer.database.read(read_manifest, replay_id, actor.sight)
    if replay is None or manifest is None:
        raise refuse_replay(replay_id)
    return replay, manifest


def _refuse_wrong_rule(rule: str) -> None:
    try:
        read_rule(rule)
    except ValueError as error:
        raise refuse_field("/rule", str(error)) from error


def _choose(planned: Manifest, wanted: Sequence[UUID] | None) -> list[str]:
    """The source jobs that are meant, in the order of the plan."""
    known = [job.job_id for job in planned.jobs]
    meant = frozenset(known if wanted is None else wanted)
    if strange := meant - frozenset(known):
        raise refuse_field("/jobIds", f"{min(strange)} is no job of the replay")
    return [str(job_id) for job_id in known if job_id in meant]
