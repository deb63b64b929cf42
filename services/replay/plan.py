"""Plans a replay: reads the topics without a group, and writes down what would run."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from schemas.job.prompt import CarriedPrompt
from schemas.stage import StageName
from services.estimate.estimate import STAGES
from services.kafka import KafkaSettings
from services.llm.limit.price import Price
from services.replay.expectation import MODEL, NOTHING, PROMPT, expect, expect_job_s
from services.replay.manifest import (
    Manifest,
    PlannedJob,
    RecordPlace,
    Selection,
    choose_format,
)
from services.replay.past_job import PastJob
from services.replay.selection import choose, draw
from services.replay.topic_reading import PastReading, read_past


@dataclass(frozen=True)
class Change:
    """What is to be different.

    Attributes:
        prompt_version: Of the stage's prompt.
        model: None where nobody says which one answers.
        price: Of the model; None where nobody knows it.
        is_live: Whether people are told of the new jobs.
        prompt: Its text, where the jobs bring it along; None where the agents have it.
        asks_all: Whether stages after it are asked also where they get the same as before.
    """

    stage: StageName
    prompt_version: str
    model: str | None = None
    price: Price | None = None
    is_live: bool = False
    prompt: CarriedPrompt | None = None
    asks_all: bool = False


@dataclass(frozen=True)
class Plan:
    """A manifest, and what is different in how many of its jobs.

    Attributes:
        job_s: How long a job took in these stages before, in seconds; None where none is known.
    """

    manifest: Manifest
    changed: Counter[str]
    from_prompts: tuple[str, ...]
    from_models: tuple[str, ...]
    job_s: float | None = None


def prompt_of(stage: StageName) -> str:
    """The version of the prompt that this release has for a stage."""
    return next(known.prompt_version for known in STAGES if known.name is stage)


def name_change(
    stage: StageName,
    prompt: CarriedPrompt | str | None,
    model: str | None = None,
    price: Price | None = None,
    *,
    is_live: bool = False,
    asks_all: bool = False,
) -> Change:
    """What is to be different.

    Args:
        prompt: Its text, or a version that the agents have; None for this release's.
        is_live: Then all stages are asked: people who see a new job expect new answers.
    """
    carried = prompt if isinstance(prompt, CarriedPrompt) else None
    version = carried.version if carried else prompt or prompt_of(stage)
    return Change(stage, str(version), model, price, is_live, carried, asks_all or is_live)


async def make_plan(
    settings: KafkaSettings,
    change: Change,
    wanted: Selection,
    listed: Collection[UUID] | None,
    now: datetime,
) -> Plan:
    """Plan a replay. Nothing runs, and nothing is written to a topic.

    Raises:
        BrokerUnavailableError, LogStandsError: The topics cannot be read.
    """
    reading = PastReading(change.stage)
    ends = await read_past(settings, wanted.from_at, reading.take)
    known = reading.jobs.values()
    choice = choose(known, wanted, change.stage, listed)
    manifest = Manifest(
        format=choose_format(brings_prompt=change.prompt is not None, asks_all=change.asks_all),
        replay_id=uuid4(),
        planned_at=now,
        stage=change.stage,
        prompt_version=change.prompt_version,
        prompt=change.prompt,
        model=change.model,
        is_live=change.is_live,
        asks_all=change.asks_all,
        selection=wanted,
        jobs=tuple(_plan_job(job, change.stage) for job in choice.chosen),
        excluded=choice.excluded,
        ends=tuple(RecordPlace(topic=t, partition=p, offset=at) for (t, p), at in ends.items()),
    )
    expected = expect(choice.chosen, known, manifest.stages, change.model, change.price)
    whole = manifest.model_copy(update={"expected": expected}).sealed()
    return _compare_factors(whole, choice.chosen, change)


def plan_control(
    planned: Manifest, prompt_version: str, model: str | None, sample: int | None, now: datetime
) -> Manifest:
    """Plan the jobs of a manifest once more, from the same records, under ids of their own.

    Args:
        prompt_version, model: Those that are to answer.
        sample: So many of them; None for all.
    """
    drawn = {job.job_id for job in draw(planned.jobs, sample)}
    return Manifest(
        format=choose_format(brings_prompt=False, asks_all=planned.asks_all),
        replay_id=uuid4(),
        planned_at=now,
        stage=planned.stage,
        prompt_version=prompt_version,
        model=model,
        asks_all=planned.asks_all,
        selection=planned.selection.model_copy(update={"sample": sample}),
        jobs=tuple(job for job in planned.jobs if job.job_id in drawn),
        ends=planned.ends,
    ).sealed()


def _plan_job(job: PastJob, stage: StageName) -> PlannedJob:
    assert job.source is not None
    return PlannedJob(
        job_id=job.job_id,
        stages=job.again_from(stage),
        source=job.source.place,
        input_digest=job.source.digest,
        end=job.end,
        baseline=job.baseline(stage),
    )


def _compare_factors(manifest: Manifest, chosen: Sequence[PastJob], change: Change) -> Plan:
    """Count in how many jobs prompt, model, or both would be others than before."""
    changed = Counter[str]()
    answers = [job.answers[change.stage] for job in chosen if change.stage in job.answers]
    for answer in answers:
        factors = [
            name
            for name, is_other in (
                (PROMPT, answer.prompt_version != change.prompt_version),
                (MODEL, change.model is not None and answer.model not in (None, change.model)),
            )
            if is_other
        ]
        changed[" and ".join(factors) or NOTHING] += 1
    prompts = sorted({answer.prompt_version for answer in answers})
    models = sorted({answer.model for answer in answers if answer.model})
    job_s = expect_job_s(chosen, manifest.stages)
    return Plan(manifest, changed, tuple(prompts), tuple(models), job_s)
