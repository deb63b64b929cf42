"""/console/jobs/{id}: one job, what became of it, and what can be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.status import JobState
from schemas.kafka.headers import cut
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError, refuse_job
from services.gateway.cancel.act import cancel_job
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute
from services.gateway.console.job.job_view import JobView, show_job, show_members
from services.gateway.console.shell.form import read_act
from services.gateway.console.shell.navigation import JOBS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.gateway.database.database import Connection, Database
from services.gateway.database.sight import Sight
from services.gateway.family.store import Family, find_family
from services.gateway.job.store import (
    StoredItem,
    StoredJob,
    find_value,
    read_job_and_history,
)
from services.gateway.job.view import show_item
from services.gateway.retry.act import retry_job
from services.gateway.retry.retrier import Retrier

LOOK_S = 1.5
MOST_SAID_BYTES = 64
MOST_ITEMS = 200
"""Of a job's history; the first of them."""
OF_ONE = f"{JOBS}/{{job_id}}"
NOTICES = {
    "cancel": "The cancel is asked for. The call under way is closed, and no other is made.",
    "retry": "It is put back before the stage that gave up, which takes it as soon as it can.",
    "rerun": "This is the new job. The one that it came from stays as it is.",
}


@dataclass(frozen=True)
class Story:
    """What the tables have of a job, at one moment."""

    job: StoredJob
    history: list[StoredItem]
    family: Family

    def name_version(self, projection_id: str) -> str:
        """The same for the same page."""
        family = [(one.job_id, one.known.version) for one in self.family.jobs]
        promotions = self.job.known.fold.promotions
        return repr((projection_id, self.job.known.version, promotions, family))


@dataclass(frozen=True)
class JobPages:
    """The page of a job.

    Attributes:
        projection_id: Names the filling of the tables.
    """

    shell: Shell
    database: Database
    compute: Compute
    bodies: BodyReader
    projection_id: Callable[[], str]
    canceller: Canceller
    retrier: Retrier

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {OF_ONE: self.show}

    def list_acts(self) -> Paths:
        """What is done."""
        return {f"{OF_ONE}/cancel": self.cancel, f"{OF_ONE}/retry": self.retry}

    async def show(self, request: Request) -> Response:
        """A job with its stages, suggestions, history and family."""
        principal, job_id = self.shell.admit(request, "readJob"), read_job_id(request)
        story = await self.database.read(_find_story, job_id, principal.sight)
        if story is None:
            raise refuse_job(job_id)
        version = story.name_version(self.projection_id())
        if unchanged := self.shell.find_unchanged(request, version):
            return unchanged
        job = story.job
        value = await self.database.read(find_value, job) if job.has_value else None
        is_passing = job.has_value and value is None
        view: JobView = await self.compute.run(len(value or b""), show_job, job, value)
        values = {
            "view": view,
            "job": view.status,
            "items": [show_item(item, self.projection_id()) for item in story.history[:MOST_ITEMS]],
            "has_more_items": len(story.history) > MOST_ITEMS,
            "members": show_members(job_id, story.family),
            "is_whole_family": story.family.is_whole,
            "is_failed": view.status.status is JobState.FAILED,
            "is_final": job.is_final,
        }
        return self.shell.render(
            request,
            "job.html",
            values,
            notices=NOTICES,
            live_s=None if job.is_final and not is_passing else LOOK_S,
            version=None if is_passing else version,
        )

    async def cancel(self, request: Request) -> Response:
        """Ask for its cancel."""
        self.shell.admit(request, "cancelJob")
        job_id = read_job_id(request)
        _, actor = await read_act(request, self.bodies)
        await cancel_job(self.canceller, job_id, actor)
        return self.shell.see(f"{JOBS}/{job_id}", "cancel")

    async def retry(self, request: Request) -> Response:
        """Run it again from the stage that gave up."""
        self.shell.admit(request, "retryJob")
        job_id = read_job_id(request)
        _, actor = await read_act(request, self.bodies)
        await retry_job(self.retrier, job_id, actor)
        return self.shell.see(f"{JOBS}/{job_id}", "retry")


def read_job_id(request: Request) -> str:
    """The id of the job that a path names, as the tables write it.

    Raises:
        ProblemError: 404; it is no id, so there is no such job, and none is looked for.
    """
    said: str = request.path_params["job_id"]
    try:
        return str(UUID(said))
    except ValueError as error:
        detail = f"{cut(said, MOST_SAID_BYTES)!r} is no job's id"
        raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail) from error


def _find_story(connection: Connection, job_id: str, sight: Sight) -> Story | None:
    found = read_job_and_history(connection, job_id, sight, 0, MOST_ITEMS + 1)
    family = find_family(connection, job_id, sight)
    if found[0] is None or family is None:
        return None
    return Story(found[0], found[1], family)
