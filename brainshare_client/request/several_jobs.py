"""Several jobs, followed together by one connection until each is final."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from brainshare_client.exchange.error import Gone, Invalid, NotFound, Refused
from brainshare_client.exchange.step import Flow, Pause, Series, Tell, ask, fetch
from brainshare_client.request.event import page
from brainshare_client.request.job import JobId, get
from brainshare_client.request.job_course import APPLIED, POLL_S, WAIT_S
from schemas.api.status import FeedPage, JobSummary

AT_A_TIME = 100
"""How many jobs a gateway is asked about at a time: it takes no more topics."""
NO_SUCH_JOB = (NotFound, Gone, Invalid)
UNTOLD = -1


@dataclass(frozen=True)
class JobChange:
    """What is new of one of several jobs.

    Attributes:
        job: As it is now; None where it cannot be followed.
        error: Why not: there is no such job, or it was deleted.
    """

    job_id: str
    job: JobSummary | None = None
    error: Refused | None = None


def watch_many(job_ids: Sequence[JobId]) -> Series[JobChange]:
    """Several jobs, each whenever it has changed, until all are final or cannot be followed.

    All come by one connection, in long polls of what happens to these jobs. No state is told
    twice, and none that is older than one told before; each job's last one is its final one, or
    why there is none. After a restart of the gateway it goes on where it was.
    """
    return Series(lambda: _Followed(dict.fromkeys(map(_spell, job_ids), UNTOLD)).follow())


@dataclass
class _Followed:
    """Jobs that are not final yet, those first whose turn it is to be asked about.

    Attributes:
        versions: That of each which was told last.
    """

    versions: dict[str, int]

    def follow(self) -> Flow[None]:
        """Tell what happens to them."""
        yield from self._look([job_id for job_id in self.versions if not _is_id(job_id)])
        while self.versions:
            named = list(self.versions)[:AT_A_TIME]
            beginning = yield from ask(page(topics=_name(named)))
            yield from self._tell(beginning, named)
            yield from self._wait(named, beginning.next)
            self._give_turn(named)

    def _wait(self, named: Sequence[str], after: str) -> Flow[None]:
        """Tell what happens to some, until nothing does for a while or others get their turn.

        Whoever comes back from here looks anew at how they are: a job that was deleted is in no
        page of what happens.
        """
        while left := [job_id for job_id in named if job_id in self.versions]:
            if len(left) < len(self.versions) and len(left) <= len(named) // 2:
                return
            call = page(after=after, topics=_name(left), wait_s=WAIT_S)
            answer = yield from fetch(call)
            told = call.read(answer)
            after = told.next
            yield from self._tell(told, left)
            if not (told.jobs or told.is_reset):
                if APPLIED not in answer.headers:
                    yield Pause(POLL_S)
                return

    def _tell(self, told: FeedPage, named: Sequence[str]) -> Flow[None]:
        for job in told.jobs:
            yield from self._tell_job(job, is_anew=told.is_reset)
        if told.is_reset:
            known = {str(job.job_id) for job in told.jobs}
            yield from self._look([job_id for job_id in named if job_id not in known])

    def _look(self, job_ids: Sequence[str]) -> Flow[None]:
        """Tell how some are that no page has shown, or that there are none such."""
        for job_id in job_ids:
            try:
                job = yield from ask(get(job_id))
            except NO_SUCH_JOB as error:
                self.versions.pop(job_id, None)
                yield Tell(JobChange(job_id, error=error))
            else:
                yield from self._tell_job(job)

    def _tell_job(self, job: JobSummary, *, is_anew: bool = False) -> Flow[None]:
        """Tell of a job, if that is news. Tables that were filled anew may count otherwise."""
        job_id = str(job.job_id)
        known = self.versions.get(job_id)
        if known is None or not (job.version > known or (is_anew and job.version != known)):
            return
        self.versions[job_id] = job.version
        if job.status.is_final:
            del self.versions[job_id]
        yield Tell(JobChange(job_id, job))

    def _give_turn(self, named: Sequence[str]) -> None:
        """Put those that were asked about behind the others."""
        for job_id in named:
            if job_id in self.versions:
                self.versions[job_id] = self.versions.pop(job_id)


def _name(job_ids: Sequence[str]) -> list[str]:
    return [f"job:{job_id}" for job_id in job_ids]


def _spell(job_id: JobId) -> str:
    """An id as the gateway spells it; what is none stays as it is, and the gateway says so."""
    return str(UUID(str(job_id))) if _is_id(str(job_id)) else str(job_id)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
