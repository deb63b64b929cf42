"""GET /v1/jobs: find jobs, a page at a time."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from schemas.api.job_list import JobFieldsPage, JobQuery
from schemas.api.status import JobPage
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_bytes
from services.gateway.api.openapi import Answers, problems
from services.gateway.job.view import JOBS_PATH
from services.gateway.listing.finder import JobFinder

LINK = {
    "Link": {"description": 'Where the next page is, `rel="next"`', "schema": {"type": "string"}}
}
LIST_ANSWERS: Answers = {
    200: {"model": JobPage | JobFieldsPage, "headers": LINK},
    **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
}


def make_list_router(finder: JobFinder) -> APIRouter:
    """The route of all jobs."""
    router = APIRouter(tags=["jobs"])

    @router.get(JOBS_PATH, operation_id="listJobs", response_class=Response, responses=LIST_ANSWERS)
    async def read_jobs(request: Request, asked: Annotated[JobQuery, Query()]) -> Response:
        """List jobs, newest first: those of which all is true that is asked for."""
        page = await finder.find(asked, principal_of(request.scope))
        headers = {} if page.next is None else {"Link": _link_next(request, page.next)}
        return answer_bytes(_write(page, asked), headers)

    return router


def _link_next(request: Request, cursor: str) -> str:
    asked = {name: text for name, text in request.query_params.items() if name != "cursor"}
    return f'<{JOBS_PATH}?{urlencode(asked | {"cursor": cursor})}>; rel="next"'


def _write(page: JobPage, asked: JobQuery) -> bytes:
    if asked.shown is None:
        return page.to_json()
    included: Any = {"jobs": {"__all__": set(asked.shown)}, "next": True}
    return page.model_dump_json(by_alias=True, include=included).encode()
