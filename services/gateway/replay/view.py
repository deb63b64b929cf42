"""What the API shows of replays."""

from uuid import UUID

from schemas.api.replay.request import DEFAULT_RATE
from schemas.api.replay.run import (
    ReplayCounts,
    ReplayJob,
    ReplayLinks,
    ReplayRun,
    ReplayStage,
)
from schemas.api.status import JobState
from services.gateway.replay.stored_replay import GONE, ReplayItem, StoredReplay
from services.gateway.status.fold import read_fold
from services.replay.expectation import BASIS, warn
from services.replay.question.plan import Planned

REPLAY_PATH = "/v1/replays"


def replay_path(replay_id: str) -> str:
    """Where a replay is read."""
    return f"{REPLAY_PATH}/{replay_id}"


def summarize(planned: Planned, control_of: str | None) -> dict[str, object]:
    """What is kept of a plan beside its manifest."""
    return {
        "stage": planned.stage.value,
        "promptVersion": planned.prompt_version,
        "model": planned.model,
        "excluded": dict(planned.excluded),
        "differs": dict(planned.differs),
        "expected": [dict(stage) for stage in planned.expected],
        "controlOf": control_of,
        "bringsPrompt": planned.brings_prompt,
        "isLive": planned.is_live,
        "asksAll": planned.asks_all,
        "jobS": planned.job_s,
        "fromPrompts": list(planned.from_prompts),
        "fromModels": list(planned.from_models),
    }


def show_replay(replay: StoredReplay) -> ReplayRun:
    """A replay with its counts."""
    said = replay.summary
    return ReplayRun(
        id=UUID(replay.replay_id),
        state=replay.state,
        stage=said["stage"],
        prompt_version=said["promptVersion"],
        model=said["model"],
        planned_at=replay.created_at,
        total=replay.total,
        jobs=_count(replay),
        excluded=said["excluded"],
        differs=said["differs"],
        expected=tuple(ReplayStage.model_validate(stage) for stage in said["expected"]),
        pace=replay.pace,
        held_back_s=replay.held_back_s,
        detail=replay.detail,
        reason=replay.actor.reason,
        by=replay.actor.principal.name,
        tenant=replay.sight,
        ended_at=replay.ended_at,
        links=_link(replay.replay_id),
        control_of=said.get("controlOf"),
        brings_prompt=said.get("bringsPrompt", False),
        is_live=said.get("isLive", False),
        asks_all=said.get("asksAll", True),
        from_prompts=said.get("fromPrompts", ()),
        from_models=said.get("fromModels", ()),
        start_s=replay.total / (replay.pace.rate if replay.pace else DEFAULT_RATE),
        job_s=said.get("jobS"),
        basis=BASIS if said["expected"] else None,
        warning=warn(said["differs"]),
    )


def show_job(item: ReplayItem) -> ReplayJob:
    """One of its jobs, and whether its result was promoted."""
    fold = None if item.source_fold is None else read_fold(item.source_fold)
    promoted = None if fold is None or fold.promoted is None else fold.promoted.said
    version = None if promoted is None else promoted.version_of(UUID(item.job_id))
    return ReplayJob(
        source_job_id=UUID(item.source_job_id),
        replay_job_id=UUID(item.job_id),
        status=None if item.status is None else JobState(item.status),
        version=version,
        is_current=version is not None and promoted is not None and promoted.current == version,
    )


def _count(replay: StoredReplay) -> ReplayCounts:
    known = {state.value: replay.counts.get(state.value, 0) for state in JobState}
    gone = replay.counts.get(GONE, 0)
    waiting = replay.total - gone - sum(known.values())
    return ReplayCounts(waiting=waiting, gone=gone, **known)


def _link(replay_id: str) -> ReplayLinks:
    path = replay_path(replay_id)
    return ReplayLinks(
        status=path,
        jobs=f"{path}/jobs",
        manifest=f"{path}/manifest",
        comparison=f"{path}/comparison",
        start=f"{path}/start",
        pause=f"{path}/pause",
        abort=f"{path}/abort",
    )
