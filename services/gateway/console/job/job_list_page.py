"""/console/jobs: the list of jobs, a page at a time, by the filters of the API."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from schemas.api.job_list import JobQuery
from schemas.api.key import Role
from schemas.api.status import JobPage, JobState
from schemas.kafka.headers import cut
from schemas.wrong_value import tell_wrong
from services.gateway.api.problem import refuse_parameter
from services.gateway.console.shell.navigation import JOBS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.gateway.listing.finder import JobFinder

LOOK_S = 5
ON_A_PAGE = 50
STATES = tuple(JobState)
FILTERS = ("status", "title", "tag", "tableId", "tenant", "from", "to", "hasDeadLetters", "shadow")
"""What the form asks by, by the names that the API has for it."""


@dataclass(frozen=True)
class JobListPage:
    """The list."""

    shell: Shell
    finder: JobFinder

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {JOBS: self.show}

    def list_acts(self) -> Paths:
        """Nothing is done here."""
        return {}

    async def show(self, request: Request) -> Response:
        """The jobs of which all is true that is asked for, newest first."""
        principal = self.shell.admit(request, "listJobs")
        said = {name: text.strip() for name, text in request.query_params.items() if text.strip()}
        page = await self.finder.find(_read_query(said), principal)
        version = _name_version(page)
        if unchanged := self.shell.find_unchanged(request, version):
            return unchanged
        asked = {name: said[name] for name in FILTERS if name in said}
        values = {
            "jobs": page.jobs,
            "asked": dict.fromkeys(FILTERS, "") | asked,
            "is_narrowed": bool(asked),
            "states": STATES,
            "sees_all": principal.role is Role.ADMIN,
            "next": page.next and f"{JOBS}?{urlencode(asked | {'cursor': page.next})}",
            "first": f"{JOBS}?{urlencode(asked)}" if "cursor" in said else None,
        }
        # An earlier page stays as it is: its rows are no news.
        live_s = None if "cursor" in said else LOOK_S
        return self.shell.render(request, "jobs.html", values, live_s=live_s, version=version)


def _read_query(said: dict[str, str]) -> JobQuery:
    try:
        return JobQuery.model_validate({"limit": ON_A_PAGE} | said)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "the filter"
        raise refuse_parameter(cut(name, 64), tell_wrong(first)) from error


def _name_version(page: JobPage) -> str:
    """The same for the same jobs as they are now."""
    told = [(str(job.job_id), job.version, job.status.value) for job in page.jobs]
    return hashlib.sha256(repr((told, page.next)).encode()).hexdigest()
