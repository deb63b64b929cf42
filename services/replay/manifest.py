"""A manifest: which jobs are run again, from which records, and what that is expected to take.

It names records by their places and digests, and holds no value of anybody's table.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, ValidationError, model_validator

from schemas.api.replay.run import ReplayStage
from schemas.contract import Contract
from schemas.job.prompt import CarriedPrompt
from schemas.kafka.topics import TopicNames
from schemas.open_enum import OpenEnum
from schemas.stage import STAGE_ORDER, StageName
from services.kafka import Position

REUSE_SCHEMA = "replay-manifest/3"
"""Of one by which answers are taken over, which an earlier release would not do."""
SCHEMA = "replay-manifest/1"
PROMPT_SCHEMA = "replay-manifest/2"
"""Of one that has a prompt's text in it, which an earlier release would pass over."""


def choose_format(*, brings_prompt: bool, asks_all: bool) -> str:
    """Under which version a manifest is written: the first that knows what is in it."""
    if not asks_all:
        return REUSE_SCHEMA
    return PROMPT_SCHEMA if brings_prompt else SCHEMA


class ManifestError(Exception):
    """A file is no manifest that can be run. Says in one line why, and what to do."""


class JobEnd(OpenEnum):
    """How a job of the past has ended, or that it has not."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OPEN = "open"


def replay_of(replay_id: UUID, source_job_id: UUID) -> UUID:
    """The id that the replay of a job has: always the same one, so that it is run once."""
    return uuid5(replay_id, str(source_job_id))


class RecordPlace(Contract):
    """Where a record lies."""

    topic: str
    partition: int
    offset: int

    @property
    def position(self) -> Position:
        """Topic and partition."""
        return self.topic, self.partition


class Selection(Contract):
    """Which jobs of the past are meant. None, or nothing, takes all.

    Attributes:
        from_at: Accepted at or after it; to_at: before it.
        tags: Jobs that have all of them.
        sample: So many of them, drawn by a digest of their ids: the same ones each time.
        limit: So many of them, the oldest.
        is_listed: Whether a list of jobs was given beside it.
    """

    from_at: AwareDatetime | None = None
    to_at: AwareDatetime | None = None
    statuses: tuple[JobEnd, ...] = ()
    tags: tuple[str, ...] = ()
    table_id: str | None = None
    tenant: str | None = None
    sample: int | None = None
    limit: int | None = None
    is_listed: bool = False


class PlannedJob(Contract):
    """A job that is to be run again.

    Attributes:
        stages: Those that run again: the changed one, and what it leads to.
        source: The record that it is run from: with the answers of the stages before.
        input_digest: Of what the changed stage gets, SHA-256 in hex.
        end: How it had ended.
        baseline: The record of its furthest answer; None where no stage of these has answered.
    """

    job_id: UUID
    stages: tuple[StageName, ...]
    source: RecordPlace
    input_digest: str
    end: JobEnd
    baseline: RecordPlace | None = None


class Exclusion(Contract):
    """A job that was meant and is left out, and why."""

    job_id: str
    reason: str


class Manifest(Contract):
    """The plan of a replay.

    Attributes:
        prompt_version: The changed stage's prompt that is to answer.
        prompt: Its text, where its jobs bring it along; None where the agents have it.
        model: The model that is to answer; None where it is not said.
        is_live: Whether its jobs are told like any others, where those of a shadow are not.
        asks_all: Whether the stages after the changed one are asked also where they get the same
            as before; if not, they take over what they have answered then.
        ends: Where the topics ended when this was planned: what a replay brings lies behind.
        digest: Of all else, by which a change of the file is seen.
    """

    format: str = SCHEMA
    replay_id: UUID
    planned_at: AwareDatetime
    stage: StageName
    prompt_version: str
    prompt: CarriedPrompt | None = None
    model: str | None = None
    is_live: bool = False
    asks_all: bool = True
    selection: Selection
    jobs: tuple[PlannedJob, ...]
    excluded: tuple[Exclusion, ...] = ()
    expected: tuple[ReplayStage, ...] = ()
    ends: tuple[RecordPlace, ...] = ()
    digest: str = ""

    @model_validator(mode="after")
    def _has_the_prompt_that_it_names(self) -> Self:
        told = (self.stage, self.prompt_version)
        if self.prompt is not None and (self.prompt.stage, self.prompt.version) != told:
            raise ValueError("the prompt is of another stage or version than the manifest")
        return self

    @cached_property
    def by_replay(self) -> Mapping[UUID, PlannedJob]:
        """The jobs by the ids that they have as replays."""
        return {self.id_of(job): job for job in self.jobs}

    def id_of(self, job: PlannedJob) -> UUID:
        """The id of a job's replay: always the same one, so that it is run once."""
        return self.replay_of(job.job_id)

    def replay_of(self, source_job_id: UUID) -> UUID:
        """The id that the replay of a job has."""
        return replay_of(self.replay_id, source_job_id)

    @property
    def stages(self) -> tuple[StageName, ...]:
        """The stages that may run again."""
        return STAGE_ORDER[STAGE_ORDER.index(self.stage) :]

    @property
    def end_offsets(self) -> dict[Position, int]:
        """Where the topics ended."""
        return {place.position: place.offset for place in self.ends}

    @property
    def prefixes(self) -> frozenset[str]:
        """What stands before the names of the topics that it was planned from.

        Another than of those where it runs, where an archive was restored beside them.
        """
        name = TopicNames().requests(STAGE_ORDER[0])
        topics = [place.topic for place in self.ends if place.topic.endswith(name)]
        return frozenset(topic.removesuffix(name) for topic in topics)

    def sealed(self) -> Self:
        """The same with its digest."""
        return self.model_copy(update={"digest": self._digest()})

    def _digest(self) -> str:
        # What is not said is left out, so that manifests of before it could be stay as they were.
        unsaid = {
            "is_live": not self.is_live,
            "prompt": self.prompt is None,
            "asks_all": self.asks_all,
        }
        left_out = {"digest", *(name for name, is_so in unsaid.items() if is_so)}
        document = self.model_dump(mode="json", by_alias=True, exclude=left_out)
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()

    def write(self, path: Path) -> None:
        """Write it to a new file.

        Raises:
            FileExistsError: There is one: a manifest is never overwritten, it may be under way.
        """
        with path.open("x", encoding="utf-8") as file:
            file.write(self.model_dump_json(by_alias=True, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest.

        Raises:
            ManifestError: It is none, one of a later release, or was changed by hand.
        """
        try:
            found = cls.from_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            why = error.strerror if isinstance(error, OSError) else "it has not the form of one"
            raise ManifestError(
                f"{path} is no manifest ({why}): make one with `brainshare replay plan`"
            ) from error
        if found.format not in (SCHEMA, PROMPT_SCHEMA, REUSE_SCHEMA):
            raise ManifestError(f"{path} is a {found.format}, this release reads {REUSE_SCHEMA}")
        if found.digest != found._digest():
            raise ManifestError(
                f"{path} was changed since it was planned: what runs is what was planned, so"
                " plan again with other options"
            )
        return found
