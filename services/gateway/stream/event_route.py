"""/v1/jobs/{id}/events: the history of a job, as a page or as a live stream."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from schemas.api.status import HistoryPage
from services.gateway.access.principal import principal_of
from services.gateway.access.stream_token import StreamTokens
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.page import MAX_LIMIT, Cursor, Limit, Token
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
    answer_stream,
    refuse_beyond,
)
from services.gateway.stream.job_stream import Stream
from services.telemetry.metric import SSE_RESUMES

ANSWERS: Answers = {
    200: {
        "model": HistoryPage,
        "description": "A page, or with Accept: text/event-stream a live stream",
        "content": {STREAM_TYPE: {"schema": {"type": "string"}}},
    },
    204: {"description": "The stream has ended, and all of it was read: do not connect again"},
    **problems(
        HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
}

After = Annotated[
    str | None,
    Query(
        description="The id of the last event that you have.",
        json_schema_extra={"pattern": "^[0-9a-f]{1,32}-[0-9]{1,9}$"},
    ),
]


def make_event_router(
    database: Database,
    renderer: Renderer,
    notifier: ChangeNotifier,
    projection_id: Callable[[], str],
    tokens: StreamTokens,
    most_streams: int,
) -> APIRouter:
    """The route of a job's events.

    Args:
        projection_id: Names the filling of the tables, which an event's id holds.
        most_streams: How many there are at a time.
    """
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
        stream: Annotated[bool, Query(description="The same as accepting a stream.")] = False,
        after: After = None,
        limit: Limit = MAX_LIMIT,
        cursor: Cursor = None,
        token: Token = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Read what has happened to a job, page by page, or follow it live."""
        sight = principal_of(request.scope).sight
        is_page = not stream and STREAM_TYPE not in request.headers.get("accept", "")
        asked, tables = cursor or after, projection_id()
        # A browser that connects again says where it is by the header; its address stays the same.
        known = asked or last_event_id if is_page else last_event_id or asked
        start = 0 if known is None else _find_start(known, tables, is_strict=known is asked)
        if is_page:
            which = (job_id, sight, start or 0, limit + 1)
            job, items = await database.read(read_job_and_history, *which)
            if job is None:
                raise refuse_job(job_id)
            return _answer_page(job, items[:limit], tables, is_last=len(items) <= limit)
        job = await database.read(find_job, job_id, sight)
        if job is None:
            raise refuse_job(job_id)
        if start is not None and job.is_final and 0 < job.known.version == start:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=NOT_KEPT)
        refuse_beyond(notifier, most_streams)
        is_reset = start is None or start > job.known.version
        if known is not None:
            SSE_RESUMES.labels("snapshot" if is_reset else "replayed").inc()
        sequence = 0 if is_reset or start is None else start
        read_from = (database, renderer, notifier, tables)
        lasts_s = tokens.find_rest_s(request.scope)
        return answer_stream(Stream(*read_from, job_id, sequence, is_reset, lasts_s).run())

    return router


def _find_start(known: str, projection_id: str, *, is_strict: bool) -> int | None:
    """The sequence number to go on after; None where the id says nothing about these tables."""
    event_id = read_event_id(known)
    if event_id is None and is_strict:
        raise refuse_parameter("after", "not the id of an event")
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
