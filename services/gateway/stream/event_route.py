"""/v1/jobs/{id}/events: the history of a job, as a page or as a live stream."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import JsonValue

from schemas.api.status import HistoryPage
from services.gateway.access.principal import principal_of
from services.gateway.access.stream_token import StreamTokens
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.page import MAX_LIMIT, Limit, Token
from services.gateway.api.problem import refuse_job, refuse_parameter
from services.gateway.database.database import Database
from services.gateway.job.event_id import EventId, read_event_id
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import StoredItem, StoredJob, find_job, read_job_and_history
from services.gateway.job.view import JOBS_PATH, show_item
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.event_answer import (
    NOT_KEPT,
    STREAM_TYPE,
    WHETHER,
    answer_stream,
    refuse_beyond,
    wants_stream,
)
from services.gateway.stream.job_stream import Stream
from services.telemetry.metric import SSE_RESUMES

ANSWERS: Answers = {
    200: {
        "model": HistoryPage,
        "description": "A page, or with Accept: text/event-stream a live stream",
        "content": {STREAM_TYPE: {}},
    },
    204: {"description": "The stream has ended, and all of it was read: do not connect again"},
    **problems(
        HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
}

SHAPE: dict[str, JsonValue] = {"pattern": "^[0-9a-f]{1,32}-[0-9]{1,9}$"}
After = Annotated[
    str | None,
    Query(description="The id of the last event that you have.", json_schema_extra=SHAPE),
]
EventCursor = Annotated[
    str | None, Query(description="`next` of the page before.", json_schema_extra=SHAPE)
]


@dataclass(frozen=True)
class Follower:
    """Opens live streams of jobs.

    Attributes:
        projection_id: Names the filling of the tables, which an event's id holds.
        most_streams: How many there are at a time.
    """

    database: Database
    renderer: Renderer
    notifier: ChangeNotifier
    projection_id: Callable[[], str]
    tokens: StreamTokens
    most_streams: int

    async def open(self, request: Request, job_id: str, known: str | None) -> Response:
        """Answer with a stream that goes on after the event that is known.

        Raises:
            ProblemError: 404 or 503.
        """
        tables = self.projection_id()
        job = await self.database.read(find_job, job_id, principal_of(request.scope).sight)
        if job is None:
            raise refuse_job(job_id)
        start = _find_start(known, tables)
        if start is not None and job.is_final and 0 < job.known.version == start:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=NOT_KEPT)
        refuse_beyond(self.notifier, self.most_streams)
        is_reset = start is None or start > job.known.version
        if known is not None:
            SSE_RESUMES.labels("snapshot" if is_reset else "replayed").inc()
        sequence = 0 if is_reset or start is None else start
        read_from = (self.database, self.renderer, self.notifier, tables)
        lasts_s = self.tokens.find_rest_s(request.scope)
        return answer_stream(Stream(*read_from, job_id, sequence, is_reset, lasts_s).run())


def make_event_router(follower: Follower) -> APIRouter:
    """The route of a job's events."""
    router = APIRouter(tags=["jobs"])

    @router.get(
        f"{JOBS_PATH}/{{job_id}}/events",
        operation_id="readEvents",
        response_class=Response,
        responses=ANSWERS,
    )
    async def read_events(
        request: Request,
        job_id: str,
        stream: Annotated[bool, Query(description=WHETHER)] = False,
        after: After = None,
        limit: Limit = MAX_LIMIT,
        cursor: EventCursor = None,
        token: Token = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Read what has happened to a job, page by page, or follow it live."""
        _require_ids(cursor=cursor, after=after)
        asked = cursor or after
        # A browser that connects again says where it is by the header; its address stays the same.
        if wants_stream(request, stream):
            return await follower.open(request, job_id, last_event_id or asked)
        tables = follower.projection_id()
        start = _find_start(asked or last_event_id, tables) or 0
        which = (job_id, principal_of(request.scope).sight, start, limit + 1)
        job, items = await follower.database.read(read_job_and_history, *which)
        if job is None:
            raise refuse_job(job_id)
        return _answer_page(job, items[:limit], tables, is_last=len(items) <= limit)

    return router


def _require_ids(**asked: str | None) -> None:
    for name, text in asked.items():
        if text is not None and read_event_id(text) is None:
            raise refuse_parameter(name, "not the id of an event")


def _find_start(known: str | None, projection_id: str) -> int | None:
    """The sequence number to go on after; None where the id says nothing about these tables."""
    if known is None:
        return 0
    event_id = read_event_id(known)
    if event_id is None or event_id.projection_id != projection_id:
        return None
    return event_id.sequence


def _answer_page(
    job: StoredJob, items: list[StoredItem], projection_id: str, *, is_last: bool
) -> Response:
    in_time = sorted(items, key=lambda item: item.at_ms)
    page = HistoryPage(
        job_id=job.job_id,
        events=tuple(show_item(item, projection_id) for item in in_time),
        next=None if is_last else str(EventId(projection_id, items[-1].sequence)),
    )
    return answer_json(page)
