"""A replay, how far it is, and what became of each of its jobs."""

from datetime import datetime
from uuid import UUID

from schemas.api.status import JobState
from schemas.contract import Contract
from schemas.open_enum import OpenEnum
from schemas.stage import StageName


class ReplayState(OpenEnum):
    """How far a replay is. Completed is what has started all of its jobs, and aborted is final."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ABORTING = "aborting"
    ABORTED = "aborted"


class ReplayStage(Contract):
    """What a stage is expected to take, over all jobs.

    Attributes:
        measured: For how many jobs it rests on what the stage took before; for `assumed` of them
            on the mean of others, and for the rest nothing is known.
        cost_usd: US dollars; None where the price is not known.
    """

    stage: StageName
    jobs: int
    measured: int
    assumed: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None


class ReplayCounts(Contract):
    """What has become of the jobs of a replay. The counts add up to all.

    Attributes:
        waiting: That have not been started, or that the tables do not have yet, or not any more.
        gone: Whose record is gone, or is not the one of the plan: they cannot be started.
    """

    waiting: int
    pending: int
    running: int
    cancelling: int
    completed: int
    failed: int
    cancelled: int
    gone: int


class ReplayPace(Contract):
    """How fast it may be, and where it stops by itself, as it was started."""

    rate: float
    live_wait_s: float
    max_cost_usd: float | None
    max_failed_percent: float | None
    max_open: int | None = None


class ReplayLinks(Contract):
    """Where to go on from a replay. Paths on this server."""

    status: str
    jobs: str
    manifest: str
    comparison: str
    start: str
    pause: str
    abort: str


class ReplayRun(Contract):
    """A replay.

    Attributes:
        prompt_version: The changed stage's prompt that is to answer.
        model: The model that is to answer; None where it is not said.
        total: How many jobs it is of.
        excluded: How many were meant and are left out, by why.
        differs: In how many jobs prompt, model or both are others than those that answered before.
        pace: None until it was started.
        held_back_s: For how long live work went first, in seconds.
        detail: Why it has stopped by itself, or waits; None where it has not.
        reason: As whoever acted on it last has said.
        by: Who that was, for people.
        tenant: Whose jobs it is of; None for those of all.
        ended_at: When the last of its jobs was started, or it was aborted.
        control_of: The replay of which it is a control; None of all others.
        brings_prompt: Whether its jobs bring the text of their prompt along, so that it needs to
            be in no agent.
        is_live: Whether people are told of its jobs, as of any others.
        asks_all: Whether stages after the changed one are asked also where they get the same as
            before; if not, they take over what they have answered then, without a call.
        from_prompts, from_models: Those that answered before; none where that is not known.
        start_s: How long it takes to start all, in seconds: at its pace, or at 5 jobs a second
            before it was started.
        job_s: How long a job took in the calls of these stages before, the median, in seconds; None
            where that is not known.
        basis: What `expected` rests on; None where nothing is expected.
        warning: What makes its comparison say little; None where nothing does.
    """

    id: UUID
    state: ReplayState
    stage: StageName
    prompt_version: str
    model: str | None
    planned_at: datetime
    total: int
    jobs: ReplayCounts
    excluded: dict[str, int]
    differs: dict[str, int]
    expected: tuple[ReplayStage, ...]
    pace: ReplayPace | None
    held_back_s: float
    detail: str | None
    reason: str
    by: str
    tenant: str | None
    ended_at: datetime | None
    links: ReplayLinks
    control_of: UUID | None = None
    brings_prompt: bool = False
    is_live: bool = False
    asks_all: bool = True
    from_prompts: tuple[str, ...] = ()
    from_models: tuple[str, ...] = ()
    start_s: float | None = None
    job_s: float | None = None
    basis: str | None = None
    warning: str | None = None


class ReplayPage(Contract):
    """A page of replays, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    replays: tuple[ReplayRun, ...]
    next: str | None


class ReplayJob(Contract):
    """A job of a replay.

    Attributes:
        status: Of the replay's job; None where it has not been started, or is gone since.
        version: Under which the result of the replay is one of the source's; None where it was
            never promoted.
        is_current: Whether it is the one that the source has now.
    """

    source_job_id: UUID
    replay_job_id: UUID
    status: JobState | None
    version: int | None
    is_current: bool


class ReplayJobPage(Contract):
    """A page of them, in the order of the manifest.

    Attributes:
        next: The number to give as `after` for the next page, None on the last one. A page of
            promotions may be short, or empty, and yet have a next one.
    """

    jobs: tuple[ReplayJob, ...]
    next: int | None
