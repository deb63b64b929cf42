"""/v1/jobs/{id}/events: the history of a job, as a page or as a live stream."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from sse_starlette import EventSourceResponse

from schemas.api.status import HistoryPage
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.problem import refuse_job, refuse_parameter
from services.gateway.database.database import Database
from services.gateway.job.event_id import read_event_id
from services.gateway.job.store import StoredItem, StoredJob, read_job_and_history
from services.gateway.job.view import JOBS_PATH, show_item
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.job_stream import HEARTBEAT_S, LINE_END, Stream, write_heartbeat
from services.telemetry.metric import SSE_RESUMES

STREAM_TYPE = "text/event-stream"
ANSWERS: Answers = {
    200: {
        "model": HistoryPage,
        "description": "A page, or with Accept: text/event-stream a live stream",
        "content": {STREAM_TYPE: {"schema": {"type": "string"}}},
    },
    **problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
}

After = Annotated[str | None, Query(description="The id of the last event that you have.")]


def make_event_router(
    database: Database, notifier: ChangeNotifier, projection_id: str
) -> APIRouter:
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
        stream: Annotated[bool, Query(description="The same as accepting a stream.")] = False,
        after: After = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Read what has happened to a job, or follow it live."""
        known = last_event_id if after is None else after
        start = (
            0 if known is None else _find_start(known, projection_id, is_strict=after is not None)
        )
        job, items = await database.read(read_job_and_history, job_id, start or 0)
        if job is None:
            raise refuse_job(job_id)
        if not stream and STREAM_TYPE not in request.headers.get("accept", ""):
            return _answer_page(job, items, projection_id)
        is_reset = start is None or start > job.known.version
        if known is not None:
            SSE_RESUMES.labels("snapshot" if is_reset else "replayed").inc()
        sequence = 0 if is_reset or start is None else start
        return _answer_stream(Stream(database, notifier, projection_id, job_id, sequence, is_reset))

    return router


def _find_start(known: str, projection_id: str, *, is_strict: bool) -> int | None:
    """The sequence number to go on after; None where the id says nothing about these tables."""
    event_id = read_event_id(known)
    if event_id is None and is_strict:
        raise refuse_parameter("after", "not the id of an event")
    if event_id is None or event_id.projection_id != projection_id:
        return None
    return event_id.sequence


def _answer_page(job: StoredJob, items: list[StoredItem], projection_id: str) -> Response:
    in_time = sorted(items, key=lambda item: item.at_ms)
    page = HistoryPage(
        job_id=job.job_id, events=tuple(show_item(item, projection_id) for item in in_time)
    )
    return answer_json(page)


def _answer_stream(stream: Stream) -> Response:
    return EventSourceResponse(
        stream.run(),
        headers={"Cache-Control": "no-cache"},
        ping=HEARTBEAT_S,
        ping_message_factory=write_heartbeat,
        sep=LINE_END,
    )
