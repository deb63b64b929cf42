"""Jobs: made, read, listed, and acted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict, TypeVar, Unpack
from uuid import UUID, uuid4

from brainshare_client.exchange.answer import Answer, as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Series, each
from brainshare_client.request.table import JobIn, RerunIn, StageWord, write_job
from schemas.api.act import ORIGINAL, Deletion
from schemas.api.batch import BatchAnswer
from schemas.api.job.family import JobFamily
from schemas.api.job.file import JobFile
from schemas.api.result import SuggestionResult
from schemas.api.status import AcceptedJob, HistoryItem, HistoryPage, JobPage, JobStatus, JobSummary
from schemas.job.record import Engine
from schemas.table.export import ENGINE_HEADER

KEY_HEADER = "Idempotency-Key"
JobId = UUID | str
T = TypeVar("T")


class JobFilters(TypedDict, total=False):
    """Which jobs are meant: those of which all is true that is said."""

    status: str | None
    stage: str | None
    stage_state: str | None
    table_id: str | None
    since: datetime | None
    until: datetime | None
    title: str | None
    tag: str | Sequence[str] | None
    has_dead_letters: bool | None
    engine: str | None
    tenant: str | None
    shadow: bool | None


class JobPageFilters(JobFilters, total=False):
    """The same, and which page of how many."""

    limit: int | None
    cursor: str | None


@dataclass(frozen=True)
class CsvFile:
    """An exported table. Demo data says so in its rows, too."""

    content: bytes
    is_demo: bool


def create(*, wait_s: int = 0, **job: Unpack[JobIn]) -> Call[AcceptedJob]:
    """Accept a job; sent again, it is the same one.

    Args:
        wait_s: Answer once it is final, or after so many seconds, 60 at most.
        job: What is asked for. Without an idempotency key one is made.
    """
    return _wait(send_to(path_of("jobs"), as_contract(AcceptedJob), _with_key(job)), wait_s)


def post(body: object, key: str | None = None) -> Call[AcceptedJob]:
    """Accept a job by its body as the API has it, for instance the bytes of a file.

    Args:
        key: The idempotency key; None makes one, so that it is the same job when it is sent again.
    """
    call = send_to(path_of("jobs"), as_contract(AcceptedJob), body)
    return call.saying(**{KEY_HEADER: key or str(uuid4())})


def create_many(jobs: Sequence[JobIn]) -> Call[BatchAnswer]:
    """Accept up to 100 jobs, each by itself; sent again, they are the same ones."""
    body = {"jobs": [_with_key(job) for job in jobs]}
    return send_to(path_of("jobs", "batch"), as_contract(BatchAnswer), body)


def get(job_id: JobId, *, wait_s: int = 0) -> Call[JobStatus]:
    """One job with its result so far.

    Args:
        wait_s: Answer once it is final, or after so many seconds, 60 at most.
    """
    return _wait(read_from(path_of("jobs", job_id), as_contract(JobStatus)), wait_s)


def page(**filters: Unpack[JobPageFilters]) -> Call[JobPage]:
    """A page of jobs, newest first; its `next` is the `cursor` of the one after it."""
    return read_from(path_of("jobs"), as_contract(JobPage), **filters)


def list_(**filters: Unpack[JobFilters]) -> Series[JobSummary]:
    """All jobs that are meant, newest first, read page by page as they are taken."""
    return each(
        lambda cursor: read_from(
            path_of("jobs"), as_contract(JobPage), **filters, limit=200, cursor=cursor
        ),
        lambda page: page.jobs,
    )


def result(job_id: JobId, *, version: int | None = None) -> Call[SuggestionResult]:
    """The result of an ended job; a `Conflict` while it runs, or where it has none.

    Args:
        version: Which of its results, from 1; None for the current one.
    """
    path = path_of("jobs", job_id, "result")
    return read_from(path, as_contract(SuggestionResult), version=version)


def result_csv(job_id: JobId, *, bom: bool = False, version: int | None = None) -> Call[CsvFile]:
    """The final table of an ended job as a file.

    Args:
        bom: Whether it begins with a byte order mark.
        version: Which of its results, from 1; None for the current one.
    """
    path = path_of("jobs", job_id, "result.csv")
    return read_from(path, _as_csv, bom=bom or None, version=version)


def history(job_id: JobId) -> Series[HistoryItem]:
    """What has happened to a job, the oldest first."""
    return each(lambda cursor: history_page(job_id, cursor=cursor), lambda page: page.events)


def history_page(
    job_id: JobId, *, limit: int | None = None, cursor: str | None = None
) -> Call[HistoryPage]:
    """A page of what has happened to a job."""
    path = path_of("jobs", job_id, "events")
    return read_from(path, as_contract(HistoryPage), limit=limit, cursor=cursor)


def cancel(job_id: JobId, *, reason: str = "") -> Call[JobStatus]:
    """Ask that no call of a job is made any more, and the one under way is closed."""
    return send_to(path_of("jobs", job_id, "cancel"), as_contract(JobStatus), {"reason": reason})


def retry(job_id: JobId, *, reason: str = "") -> Call[JobStatus]:
    """Run a failed job again, from the stage that gave up; twice is once."""
    return send_to(path_of("jobs", job_id, "retry"), as_contract(JobStatus), {"reason": reason})


def rerun(
    job_id: JobId, from_stage: StageWord, *, wait_s: int = 0, **changes: Unpack[RerunIn]
) -> Call[AcceptedJob]:
    """Run a job that has ended again as a new one; sent again, it is the same one.

    Args:
        from_stage: The first stage that runs again; what those before it have answered is kept.
        wait_s: Answer once it is final, or after so many seconds, 60 at most.
        changes: What is to be different. Without an idempotency key one is made.
    """
    body = _with_key({"from_stage": from_stage, **changes})
    return _wait(send_to(path_of("jobs", job_id, "reruns"), as_contract(AcceptedJob), body), wait_s)


def post_rerun(job_id: JobId, body: object, key: str | None = None) -> Call[AcceptedJob]:
    """Run a job again by a body as the API has it, for instance the bytes of a file.

    Args:
        key: The idempotency key; None makes one, so that it is the same job when it is sent again.
    """
    call = send_to(path_of("jobs", job_id, "reruns"), as_contract(AcceptedJob), body)
    return call.saying(**{KEY_HEADER: key or str(uuid4())})


def family(job_id: JobId) -> Call[JobFamily]:
    """Which jobs a job came from, and which came of it: its reruns and replays, and theirs."""
    return read_from(path_of("jobs", job_id, "family"), as_contract(JobFamily))


def file(job_id: JobId) -> Call[JobFile]:
    """All that is known of a job, as one file; what looks like a secret is taken out of it."""
    return read_from(path_of("jobs", job_id, "file"), as_contract(JobFile))


def promote(job_id: JobId, replay_job_id: JobId, *, reason: str = "") -> Call[JobStatus]:
    """Make the result of a replay that of its job; twice is once.

    A `Conflict` where the job has changed since the replay was planned.
    """
    return _promote(job_id, str(replay_job_id), reason)


def roll_back(job_id: JobId, *, reason: str = "") -> Call[JobStatus]:
    """Give a job the result again that it has come to by itself; twice is once."""
    return _promote(job_id, ORIGINAL, reason)


def _promote(job_id: JobId, wanted: str, reason: str) -> Call[JobStatus]:
    body = {"replayJobId": wanted, "reason": reason}
    return send_to(path_of("jobs", job_id, "promotion"), as_contract(JobStatus), body)


def delete(job_id: JobId, *, reason: str = "") -> Call[Deletion]:
    """Delete a job that has ended."""
    call = read_from(path_of("jobs", job_id), as_contract(Deletion), reason=reason or None)
    return replace(call, method="DELETE")


def _with_key(job: Mapping[str, Any]) -> dict[str, Any]:
    body = write_job(job)
    return body | {"idempotencyKey": body.get("idempotencyKey") or str(uuid4())}


def _wait(call: Call[T], wait_s: int) -> Call[T]:
    if not wait_s:
        return call
    return replace(call.saying(Prefer=f"wait={wait_s}"), wait_s=wait_s)


def _as_csv(answer: Answer) -> CsvFile:
    return CsvFile(answer.content, answer.headers.get(ENGINE_HEADER) == Engine.DEMO)
