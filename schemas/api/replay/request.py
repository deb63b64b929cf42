"""What is asked of a replay."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from schemas.api.act import Reason
from schemas.api.job_list import Moment
from schemas.contract import RequestContract, Whole
from schemas.job.prompt import MAX_PROMPT_CHARS, read_prompt
from schemas.stage import StageName
from schemas.table.context import Identifier
from schemas.tag import MAX_TAGS, Tag
from schemas.tenant import Tenant

MAX_REPLAY_JOBS = 10_000
"""A manifest of as many has 4 MB, and its comparison takes about 6 s of CPU."""

DEFAULT_RATE = 5.0
"""Jobs started a second, where nobody says another."""

MAX_SENT_CHARS = 2 * MAX_PROMPT_CHARS
"""Of a prompt as it is sent: what it is read as may be shorter, and is what is bounded."""

Amount = Annotated[int, Field(ge=1, le=MAX_REPLAY_JOBS), Whole]
ListedJobs = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MAX_REPLAY_JOBS)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ReplayRequest(RequestContract):
    """Which jobs of the past are to run again: those of which all is true that is said.

    Attributes:
        stage: The first to run again; those after it that a job asks for run again, too.
        since: Accepted then or later.
        until: Accepted before.
        statuses: How they have ended; without any, completed or failed.
        tags: Jobs that have all of them.
        tenant: Only this tenant's; for admins.
        sample: So many of them, drawn by a digest of their ids: the same ones each time.
        limit: So many of them, the oldest.
        job_ids: Only these; each is planned, or named with why not.
        prompt_version: Of the stage's prompt that is to answer; None for this release's.
        prompt: The text of the prompt that is to answer, in place of a version: the jobs bring it
            along, so that no agent needs to have it.
        model: That is to answer; None where it is not said.
        live: Whether people are told of the new jobs, as of any others. Its start has to say so,
            too.
        ask_all: Whether stages after the changed one are asked also where they get the same as
            before, in place of taking over what they have answered then. Live, all are asked.
        reason: Why, for the log of acts.
    """

    stage: StageName
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")
    statuses: Annotated[
        tuple[Literal["completed", "failed", "cancelled"], ...], Field(max_length=3)
    ] = ()
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)] = ()
    table_id: Identifier | None = None
    tenant: Tenant | None = None
    sample: Amount | None = None
    limit: Amount | None = None
    job_ids: ListedJobs | None = None
    prompt_version: Word | None = None
    prompt: Annotated[str, StringConstraints(min_length=1, max_length=MAX_SENT_CHARS)] | None = None
    model: Word | None = None
    live: bool = False
    ask_all: bool = False
    reason: Reason = ""

    @field_validator("prompt")
    @classmethod
    def _is_a_prompt(cls, prompt: str | None, info: ValidationInfo) -> str | None:
        if prompt is not None and info.data.get("prompt_version") is not None:
            raise ValueError("is said beside `promptVersion`: say one of them")
        return None if prompt is None else read_prompt(prompt)

    @field_validator("until")
    @classmethod
    def _is_later(cls, until: Moment | None, info: ValidationInfo) -> Moment | None:
        since = info.data.get("since")
        if until is not None and since is not None and until <= since:
            raise ValueError("is not after `from`, so no job is in between")
        return until


class ReplayControlRequest(RequestContract):
    """How a replay's jobs are to run once more, to see how a model differs from itself.

    Attributes:
        sample: So many of them, drawn by a digest of their ids: the same ones each time.
        model: That is to answer; None where it is not said.
        reason: Why, for the log of acts.
    """

    sample: Amount | None = None
    model: Word | None = None
    reason: Reason = ""


class ReplayPromotionRequest(RequestContract):
    """Which results of a replay are to be those of their jobs.

    Attributes:
        rule: What the answers of a job may be beside being the same, by the checks: better,
            "better or changed", "not worse"; any takes all that have answered.
        job_ids: Only these of its source jobs.
        preview: Only count.
        reason: Why, for the log of acts.
    """

    rule: Word = "not worse"
    job_ids: ListedJobs | None = None
    preview: bool = False
    reason: Reason = ""


class ReplayRollbackRequest(RequestContract):
    """Which jobs of a replay are to have their own results again.

    Attributes:
        job_ids: Only these of its source jobs.
        reason: Why, for the log of acts.
    """

    job_ids: ListedJobs | None = None
    reason: Reason = ""


class ReplayStartRequest(RequestContract):
    """How fast a replay may be, and where it stops by itself.

    Attributes:
        rate: Jobs started a second.
        live_wait_s: For how long a record may wait for a stage before the replay does, in
            seconds; 0 never waits.
        max_open: So many records its stages may have open, live ones too, before it waits; None
            for any number.
        max_cost_usd: US dollars for all of its calls; None for no ceiling.
        max_failed_percent: Of its ended jobs, how many may fail; None for all of them.
        live: That people may see its jobs, where it was planned so; of a shadow it says nothing.
        reason: Why, for the log of acts.
    """

    rate: Annotated[float, Field(ge=0.01, le=1000)] = DEFAULT_RATE
    live_wait_s: Annotated[float, Field(ge=0, le=86_400)] = 10.0
    max_open: Annotated[int, Field(ge=1, le=MAX_REPLAY_JOBS), Whole] | None = None
    max_cost_usd: Annotated[float, Field(ge=0.000001, le=1e9)] | None = None
    max_failed_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    live: bool = False
    reason: Reason = ""
