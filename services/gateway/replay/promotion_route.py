"""POST of a replay's promotions: its results become those of their jobs, or are taken back.

Both are bulk actions: job by job, through restarts, and each job that is skipped is named with why.
"""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from schemas.api.batch import BulkAction, BulkKind, BulkPreview
from schemas.api.replay.request import ReplayPromotionRequest, ReplayRollbackRequest
from services.gateway.access.actor import actor_of
from services.gateway.act.reason import REFUSALS
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, problems
from services.gateway.bulk.action import StoredBulk
from services.gateway.bulk.view import bulk_path, show_bulk
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.view import REPLAY_PATH

OF_ONE = f"{REPLAY_PATH}/{{replay_id}}"
REFUSED = problems(*(status for status in REFUSALS if status != HTTPStatus.CONFLICT))
BEGUN: dict[int | str, dict[str, Any]] = {202: {"model": BulkAction, "description": "Begun"}}
PREVIEW: dict[int | str, dict[str, Any]] = {
    200: {"model": BulkPreview, "description": "A preview: nothing was begun"}
}
PROMOTE_EXAMPLE = {"rule": "better or changed", "reason": "prompt column-10"}
ROLLBACK_EXAMPLE = {"reason": "prompt column-10 was wrong after all"}


def make_replay_promotion_router(desk: ReplayDesk, bodies: BodyReader) -> APIRouter:
    """The routes by which the results of a replay are promoted and rolled back."""
    router = APIRouter(tags=["replays"])
    _add_promote(router, desk, bodies)
    _add_rollback(router, desk, bodies)
    return router


def _add_promote(router: APIRouter, desk: ReplayDesk, bodies: BodyReader) -> None:
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
            replay, found = await desk.find_promotable(replay_id, asked, actor)
            if asked.preview:
                counted = BulkPreview(action=BulkKind.PROMOTE, total=len(found.chosen))
                return answer_json(counted)
            return _answer(await desk.promote(replay, asked.rule, found, actor))


def _add_rollback(router: APIRouter, desk: ReplayDesk, bodies: BodyReader) -> None:
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
            return _answer(await desk.roll_back(replay_id, asked, actor))


def _answer(bulk: StoredBulk) -> Response:
    headers = {"Location": bulk_path(bulk.bulk_id)}
    return answer_json(show_bulk(bulk), headers, HTTPStatus.ACCEPTED)
