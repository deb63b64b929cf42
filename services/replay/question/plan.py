"""Plans a replay for whoever asks over HTTP."""

import asyncio
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from schemas.job.prompt import carry_prompt
from schemas.stage import StageName
from services.kafka import BrokerUnavailableError, KafkaSettings, LogStandsError
from services.replay.manifest import Manifest, Selection


class PastUnreadableError(Exception):
    """The topics cannot be read now. Says why."""


@dataclass(frozen=True)
class PlanQuestion:
    """Which jobs are to run again, from which stage.

    Attributes:
        prompt_version: That is to answer; None for this release's.
        prompt: The text of the prompt that is to answer, in place of a version.
        is_live: Whether people are told of the new jobs.
        asks_all: Whether stages after it are asked also where they get the same as before.
        listed: Only these; None for all that are meant.
    """

    stage: StageName
    selection: Selection
    prompt_version: str | None = None
    model: str | None = None
    listed: frozenset[UUID] | None = None
    prompt: str | None = None
    is_live: bool = False
    asks_all: bool = False


@dataclass(frozen=True)
class ControlQuestion:
    """Which jobs are to run once more, by this release's prompt.

    Attributes:
        manifest: Of the replay, as JSON.
        model: That is to answer; None where it is not said.
        sample: So many of its jobs; None for all.
    """

    manifest: bytes
    model: str | None = None
    sample: int | None = None


@dataclass(frozen=True)
class Planned:
    """A plan, in such values as are handed on from process to process in no time.

    Attributes:
        packed: The manifest as JSON, compressed by zlib.
        jobs: The id of each job, and that of its replay.
        expected: What each stage is expected to take, as the manifest has it.
        excluded: How many are left out, by why.
        differs: In how many jobs prompt, model or both would be others.
        brings_prompt: Whether its jobs bring their prompt along.
        is_live: Whether people are told of them.
        asks_all: Whether all of their stages are asked.
        job_s: How long a job took in these stages before, in seconds; None where none is known.
        from_prompts, from_models: Those that answered before.
    """

    replay_id: str
    stage: StageName
    prompt_version: str
    model: str | None
    packed: bytes
    jobs: tuple[tuple[str, str], ...]
    expected: tuple[Mapping[str, Any], ...]
    excluded: Mapping[str, int]
    differs: Mapping[str, int]
    brings_prompt: bool = False
    is_live: bool = False
    asks_all: bool = True
    job_s: float | None = None
    from_prompts: tuple[str, ...] = ()
    from_models: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        manifest: Manifest,
        differs: Mapping[str, int],
        job_s: float | None = None,
        from_prompts: tuple[str, ...] = (),
        from_models: tuple[str, ...] = (),
    ) -> Self:
        """The plan of a manifest."""
        ids = ((str(job.job_id), str(job_id)) for job_id, job in manifest.by_replay.items())
        return cls(
            replay_id=str(manifest.replay_id),
            stage=manifest.stage,
            prompt_version=manifest.prompt_version,
            model=manifest.model,
            packed=zlib.compress(manifest.to_json()),
            jobs=tuple(ids),
            expected=tuple(e.model_dump(mode="json", by_alias=True) for e in manifest.expected),
            excluded=dict(Counter(excluded.reason for excluded in manifest.excluded)),
            differs=dict(differs),
            brings_prompt=manifest.prompt is not None,
            is_live=manifest.is_live,
            asks_all=manifest.asks_all,
            job_s=job_s,
            from_prompts=from_prompts,
            from_models=from_models,
        )


def plan(settings: KafkaSettings, asked: PlanQuestion, now: datetime) -> Planned:
    """Plan a replay. Nothing runs.

    Raises:
        PastUnreadableError: The topics cannot be read.
    """
    # The stages are slow to import, and whoever asks needs only the name of this.
    from services.replay.plan import make_plan, name_change

    text = None if asked.prompt is None else carry_prompt(asked.stage, asked.prompt)
    prompt = text or asked.prompt_version
    told = (asked.stage, prompt, asked.model)
    change = name_change(*told, is_live=asked.is_live, asks_all=asked.asks_all)
    try:
        made = asyncio.run(make_plan(settings, change, asked.selection, asked.listed, now))
    except (BrokerUnavailableError, LogStandsError) as error:
        raise PastUnreadableError(str(error)) from error
    before = (made.from_prompts, made.from_models)
    return Planned.of(made.manifest, made.changed, made.job_s, *before)


def plan_control(asked: ControlQuestion, now: datetime) -> Planned:
    """Plan the jobs of a replay once more. Nothing runs, and no topic is read."""
    from services.replay.plan import plan_control as plan_again
    from services.replay.plan import prompt_of

    planned = Manifest.from_json(asked.manifest)
    prompt = prompt_of(planned.stage)
    return Planned.of(plan_again(planned, prompt, asked.model, asked.sample, now), {})


def find_prompt(stage: StageName) -> str:
    """The version of the prompt that this release has for a stage."""
    from services.replay.plan import prompt_of

    return prompt_of(stage)
