"""GET /v1/events: what happens to all jobs of a tenant, live or as long as a client would wait."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from schemas.api.status import FeedPage
from services.gateway.access.principal import principal_of
from services.gateway.access.stream_token import StreamTokens
from services.gateway.api.answer import answer_bytes
from services.gateway.api.negotiation import MAX_WAIT_S, read_wait, tell_applied
from services.gateway.api.openapi import Answers, problems
from services.gateway.api.page import MAX_LIMIT, Limit, OfTenant, Token
from services.gateway.api.problem import refuse_parameter
from services.gateway.database.database import Database
from services.gateway.database.sight import Sight
from services.gateway.feed.cursor import OLDEST, FeedCursor, read_feed_cursor
from services.gateway.feed.store import read_bounds
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.event_answer import (
    NOT_KEPT,
    STREAM_TYPE,
    WHETHER,
    answer_stream,
    refuse_beyond,
    wants_stream,
)
from services.gateway.stream.feed_reader import FeedReader, ToldPage
from services.gateway.stream.feed_stream import FeedStream
from services.gateway.stream.topic import ALL, FORMS, SHAPE, Topics, read_topics
from services.telemetry.metric import SSE_RESUMES

EVENTS_PATH = "/v1/events"
ANSWERS: Answers = {
    200: {
        "model": FeedPage,
        "description": "A page, or with Accept: text/event-stream a live stream",
        "content": {STREAM_TYPE: {}},
    },
    **problems(
        HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
}
HOW_TO_WAIT = f"`wait=N`: answer within N seconds, at most {MAX_WAIT_S}, as soon as there is more."

After = Annotated[
    str | None,
    Query(
        description="`next`, or the id of the last event that you have; `0` for the oldest.",
        json_schema_extra={"pattern": "^(0|[0-9a-f]{1,32}-[0-9]{1,18})$"},
    ),
]


def make_feed_router(
    database: Database,
    notifier: ChangeNotifier,
    projection_id: Callable[[], str],
    tokens: StreamTokens,
    most_streams: int,
) -> APIRouter:
    """The route of all events.

    Args:
        projection_id: Names the filling of the tables, which a cursor holds.
        most_streams: How many streams and waits there are at a time.
    """
    router = APIRouter(tags=["jobs"])
    reader = FeedReader(database, notifier, projection_id)

    @router.get(
        EVENTS_PATH, operation_id="readAllEvents", response_class=Response, responses=ANSWERS
    )
    async def read_all_events(
        request: Request,
        topics: Annotated[str, Query(description=FORMS, json_schema_extra=SHAPE)] = ALL,
        stream: Annotated[bool, Query(description=WHETHER)] = False,
        after: After = None,
        limit: Limit = MAX_LIMIT,
        tenant: OfTenant = None,
        token: Token = None,
        prefer: Annotated[str | None, Header(description=HOW_TO_WAIT)] = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Read what happens to all jobs of a tenant, or follow it live."""
        principal = principal_of(request.scope)
        sight, wanted = principal.look_at(tenant), read_topics(topics, principal.grant)
        # A browser that connects again says where it is by the header; its address stays the same.
        known = last_event_id or after
        if after is not None and after != OLDEST and read_feed_cursor(after) is None:
            raise refuse_parameter("after", "not a cursor that this stream has given")
        start = await _find_start(database, known, projection_id())
        if wants_stream(request, stream):
            refuse_beyond(notifier, most_streams)
            told = (projection_id(), sight, wanted, start, tokens.find_rest_s(request.scope))
            if known is not None:
                SSE_RESUMES.labels("snapshot" if start is None else "replayed").inc()
            return answer_stream(FeedStream(reader, notifier, *told).run())
        wait_s = 0 if notifier.watchers >= most_streams else read_wait(prefer)
        page, is_reset = await _read(reader, notifier, sight, wanted, start, limit, wait_s)
        body = _write(page, wanted, FeedCursor(projection_id(), page.through), is_reset=is_reset)
        return answer_bytes(body, NOT_KEPT | tell_applied(wait_s))

    return router


async def _find_start(database: Database, known: str | None, projection_id: str) -> int | None:
    """The place to go on after; None where the client has none of these tables."""
    if known is None:
        return None
    if known == OLDEST:
        bounds = await database.read(read_bounds)
        return bounds[0] if bounds else 0
    cursor = read_feed_cursor(known)
    return cursor.place if cursor and cursor.projection_id == projection_id else None


async def _read(
    reader: FeedReader,
    notifier: ChangeNotifier,
    sight: Sight,
    wanted: Topics,
    start: int | None,
    limit: int,
    wait_s: int,
) -> tuple[ToldPage, bool]:
    """What is new, once there is something or the time is over; and whether all begins anew."""
    with notifier.watch_any(wanted.watched, float(wait_s)) as waiter:
        is_open = wait_s > 0
        while True:
            page = None if start is None else await reader.read(sight, start, wanted.named, limit)
            if page is None:
                return await reader.read_snapshot(sight, wanted.named), True
            if not is_open or any(wanted.cover(j.job_id, j.table_id) for j in page.jobs):
                return page, False
            start = page.through
            if page.is_last:
                is_open = await waiter.wait()


def _write(page: ToldPage, wanted: Topics, after: FeedCursor, *, is_reset: bool) -> bytes:
    """A `FeedPage`, of what is rendered for all who ask."""
    jobs = [job for job in page.jobs if wanted.cover(job.job_id, job.table_id)]
    ids = {job.job_id for job in jobs}
    facts = b",".join(fact.body for fact in page.facts if fact.job_id in ids)
    rest = f'],"next":"{after}","isReset":{str(is_reset).lower()}}}'.encode()
    return b'{"events":[' + facts + b'],"jobs":[' + b",".join(job.body for job in jobs) + rest
