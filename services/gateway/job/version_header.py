"""The headers by which a client knows which version of a job it has, and when to ask again."""

import re
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.job.event_id import EventId
from services.gateway.job.store import StoredJob
from services.gateway.job.view import POLL_S

TAG = re.compile(r'(?:W/)?("[^"]*")')


def write_version(job: StoredJob, projection_id: str, form: str = "") -> dict[str, str]:
    """The headers of a job's version.

    Args:
        projection_id: Names the filling of the tables, so that no tag outlives a rebuild.
        form: Tells apart what is made of one version: each has a tag of its own.
    """
    tag = f'"{EventId(projection_id, job.known.version)}{form}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return headers if job.is_final else headers | {"Retry-After": POLL_S}


def write_passing() -> dict[str, str]:
    """The headers of what will be another without a new version: nobody may keep it."""
    return {"Cache-Control": "no-store", "Retry-After": POLL_S}


def answer_unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 for a client that has this version; None for any other."""
    if not matches(request.headers.get("if-none-match"), headers["ETag"]):
        return None
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a request's If-None-Match names the tag."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in TAG.findall(if_none_match)
