"""Finds a page of the list of jobs, for a program or for a person at the console."""

from dataclasses import dataclass

from schemas.api.job_list import JobQuery
from schemas.api.status import JobPage
from services.gateway.access.principal import Principal
from services.gateway.database.database import Database
from services.gateway.job.store import StoredJob
from services.gateway.job.view import show_summary
from services.gateway.listing.job_filter import JobFilter, read_filter
from services.gateway.listing.page_cursor import read_cursor, write_cursor
from services.gateway.listing.store import list_jobs
from services.gateway.signing.signer import Signer


@dataclass(frozen=True)
class JobFinder:
    """Finds jobs."""

    database: Database
    signer: Signer

    async def find(self, asked: JobQuery, principal: Principal) -> JobPage:
        """The jobs of which all is true that is asked for, newest first.

        Raises:
            ProblemError: 403 or 422; another tenant's are asked for, or a part of it says too
                little, or the cursor is none of this list.
        """
        wanted = read_filter(asked, principal.look_at(asked.tenant))
        after = read_cursor(self.signer, wanted, asked.cursor)
        found = await self.database.read(list_jobs, wanted, after, asked.limit + 1)
        more = self._find_next(wanted, found, asked.limit)
        return JobPage(jobs=tuple(map(show_summary, found[: asked.limit])), next=more)

    def _find_next(self, wanted: JobFilter, found: list[StoredJob], limit: int) -> str | None:
        if len(found) <= limit:
            return None
        return write_cursor(self.signer, wanted, found[limit - 1].place)
