"""What a job is there for: somebody waits for it, or it only shows how things are."""

from enum import StrEnum

from schemas.canary import CANARY_TENANT
from schemas.job.job import Job


class Purpose(StrEnum):
    """What a job is there for."""

    JOB = "job"
    """Somebody waits for it; a live replay too, and a run again."""
    REPLAY = "replay"
    """A shadow, for comparison: nobody is told of it, and no alert is for what fails in it."""
    CANARY = "canary"
    """The gateway's own, each minute."""


def find_purpose(job: Job) -> Purpose:
    """What a job is there for."""
    if job.tenant == CANARY_TENANT:
        return Purpose.CANARY
    return Purpose.REPLAY if job.is_shadow else Purpose.JOB
