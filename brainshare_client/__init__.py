"""The Python client of a gateway: jobs are made, waited for and followed, blocking or awaiting.

    from brainshare_client import Brainshare

    with Brainshare() as client:
        job = client.jobs.create(table_id="tbl_1", context="Planets")
        job = client.jobs.wait(job.job_id)

docs/python.md tells more.
"""

from brainshare_client.client import AsyncBrainshare, Brainshare
from brainshare_client.exchange.error import (
    BrainshareError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    Gone,
    Invalid,
    NoId,
    NotFound,
    RateLimited,
    Refused,
    StillRunning,
    TimedOut,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
)
from brainshare_client.request.job_course import JobEvent
from brainshare_client.request.several_jobs import JobChange
from brainshare_client.request.table import (
    ColumnIn,
    JobIn,
    JobWebhookIn,
    OptionsIn,
    RowIn,
    TableIn,
    WantIn,
)
from schemas.api.result import SuggestionResult
from schemas.api.status import FeedPage, HistoryItem, JobState, JobStatus, JobSummary

__all__ = [
    "AsyncBrainshare",
    "Brainshare",
    "BrainshareError",
    "ColumnIn",
    "Conflict",
    "ConnectionFailed",
    "FeedPage",
    "Forbidden",
    "Gone",
    "HistoryItem",
    "Invalid",
    "JobChange",
    "JobEvent",
    "JobIn",
    "JobState",
    "JobStatus",
    "JobSummary",
    "JobWebhookIn",
    "NoId",
    "NotFound",
    "OptionsIn",
    "RateLimited",
    "Refused",
    "RowIn",
    "StillRunning",
    "SuggestionResult",
    "TableIn",
    "TimedOut",
    "Unauthorized",
    "Unavailable",
    "UnreadableAnswer",
    "WantIn",
]
