"""What operators and admins did: the log of acts, and what is left of a job that one deleted."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from schemas.api.key import Role
from schemas.contract import Contract, RequestContract
from schemas.open_enum import OpenEnum

MAX_REASON = 500
ORIGINAL = "original"
"""What stands for the result that a job has come to by itself."""

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON)]


class Deed(OpenEnum):
    """What was done."""

    CANCEL_JOB = "cancel job"
    DELETE_JOB = "delete job"
    PROMOTE_RESULT = "promote result"
    REDRIVE_LETTER = "redrive dead letter"
    DISCARD_LETTER = "discard dead letter"
    BEGIN_BULK = "begin bulk action"
    STOP_BULK = "stop bulk action"
    PLAN_REPLAY = "plan replay"
    START_REPLAY = "start replay"
    PAUSE_REPLAY = "pause replay"
    ABORT_REPLAY = "abort replay"
    SET_LIMIT = "set tenant limit"
    RESOLVE_ERROR = "resolve error"
    MUTE_ERROR = "mute error"
    REOPEN_ERROR = "reopen error"
    CREATE_KEY = "create key"
    REVOKE_KEY = "revoke key"
    ROTATE_KEY = "rotate key"
    CREATE_WEBHOOK = "create webhook"
    CHANGE_WEBHOOK = "change webhook"
    DELETE_WEBHOOK = "delete webhook"
    ROTATE_WEBHOOK = "rotate webhook secret"
    TEST_WEBHOOK = "test webhook"
    RESEND_WEBHOOK = "resend delivery"
    RECOVER_WEBHOOK = "recover webhook"
    WARN_WEBHOOK = "webhook is failing"
    DISABLE_WEBHOOK = "disable webhook"
    REBUILD_TABLES = "rebuild tables"


class Act(Contract):
    """One act.

    Attributes:
        by: Who did it, for people: the name of the key.
        by_key: Its id; None where no key was asked for.
        on: The id of the job, dead letter, replay, error, key or webhook.
        tenant: Whose that is; None where nothing says it.
        reason: As it was said; "" where nothing was.
        before: What of it was changed, as it was; None where it was not there.
        after: As it is since; None where the broker has not taken the act.
        request_id: Finds it in the log.
    """

    id: UUID
    at: datetime
    deed: Deed
    on: str
    tenant: str | None
    by: str
    by_key: str | None
    role: Role
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


class ActPage(Contract):
    """A page of acts, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    acts: tuple[Act, ...]
    next: str | None


class ActRequest(RequestContract):
    """What may be said with an act that needs no body."""

    reason: Reason = ""


class PromotionRequest(RequestContract):
    """Which result a job is to have.

    Attributes:
        replay_job_id: The replay whose result it is to be; "original", or None, for what the job
            has come to by itself.
    """

    replay_job_id: UUID | Literal["original"] | None
    reason: Reason = ""


class Remainder(Contract):
    """Where Kafka still holds records of a job.

    Attributes:
        until: When the broker deletes the last of them, about; None where its topic keeps records
            for ever, or the broker does not say for how long.
    """

    topic: str
    records: int
    until: datetime | None


class Deletion(Contract):
    """A job that was deleted: nothing of it is left in the tables but its id and this date.

    Attributes:
        remains: Kafka deletes no single record: what it holds goes with its topic's retention.
    """

    job_id: UUID
    deleted_at: datetime
    remains: tuple[Remainder, ...]
