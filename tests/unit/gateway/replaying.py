"""A past that answers at once, and runs that a test steps through."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.api.replay.run import ReplayStage
from schemas.job.prompt import carry_prompt
from schemas.stage import StageName
from services.replay.comparison.comparison import Comparison
from services.replay.manifest import Exclusion, JobEnd, Manifest, PlannedJob, RecordPlace, Selection
from services.replay.question.compare import CompareQuestion, describe
from services.replay.question.plan import (
    ControlQuestion,
    Planned,
    PlanQuestion,
)
from services.replay.question.promote import Promotable, PromotionQuestion
from services.replay.question.report import ReportForm, ShownComparison, show
from services.replay.run import Pacing, RunProgress
from tests.unit.gateway.example import JOB_ID, NOW

NAMESPACE = UUID("6f0f6c1e-5a0e-4f0e-9d58-0d0a7a3d8f11")
PROMPT = "column-9"


def replay_id(tenant: str | None, number: int = 1) -> UUID:
    """The id that the plan of that number of a tenant gets, counted from 1."""
    return uuid5(NAMESPACE, f"{tenant} {number}")


def make_manifest(known: UUID, *sources: UUID, **fields: Any) -> Manifest:
    """A plan of jobs from the column stage on."""
    place = RecordPlace(topic="test.table.suggestions", partition=0, offset=0)
    of_job = {"stages": (StageName.COLUMN, StageName.ROW), "source": place, "baseline": place}
    told: dict[str, Any] = {"prompt_version": PROMPT, "selection": Selection(), "ends": (place,)}
    return Manifest(
        replay_id=known,
        planned_at=NOW,
        stage=StageName.COLUMN,
        jobs=tuple(
            PlannedJob(job_id=one, input_digest="0" * 64, end=JobEnd.COMPLETED, **of_job)
            for one in sources
        ),
        **(told | fields),
    ).sealed()


@dataclass
class FakePast:
    """Plans the same jobs for everybody.

    Attributes:
        sources: The jobs.
        differs: What is another one than before in all of them.
        expected: What each stage is expected to take.
        asked: What it was asked for.
        controls: Of what it planned a control.
        found: What a comparison finds; None for one answer that is missing.
        noise: What it says of one that a comparison is with.
        failures: Why it does not pass limits, where any are given.
        calls: What it shows on a page beside that.
        promotable: What passes whatever rule.
        fails: What it raises in place of an answer.
    """

    sources: tuple[UUID, ...] = (JOB_ID,)
    differs: str = "prompt"
    expected: tuple[ReplayStage, ...] = ()
    asked: list[PlanQuestion] = field(default_factory=list)
    controls: list[ControlQuestion] = field(default_factory=list)
    compared: list[CompareQuestion] = field(default_factory=list)
    found: Comparison | None = None
    noise: dict[str, Any] | None = None
    failures: list[str] = field(default_factory=lambda: ["1 of 1 answers are missing"])
    calls: tuple[str, ...] = ()
    promotable: Promotable = field(default_factory=lambda: Promotable((str(JOB_ID),), {}))
    choosing: list[PromotionQuestion] = field(default_factory=list)
    fails: Exception | None = None
    prompt: str = PROMPT
    _plans: Counter[str | None] = field(default_factory=Counter)

    async def plan(self, asked: PlanQuestion, now: datetime) -> Planned:
        self._fail()
        tenant = asked.selection.tenant
        self._plans[tenant] += 1
        self.asked.append(asked)
        text = None if asked.prompt is None else carry_prompt(asked.stage, asked.prompt)
        version = text.version if text else asked.prompt_version or PROMPT
        told: dict[str, Any] = {"prompt_version": version, "selection": asked.selection}
        told |= {"prompt": text, "is_live": asked.is_live}
        told["expected"] = self.expected
        told["excluded"] = (Exclusion(job_id="x", reason="it has not ended yet"),) * 2
        manifest = make_manifest(replay_id(tenant, self._plans[tenant]), *self.sources, **told)
        before = (("column-8",), ("m-1",))
        return Planned.of(manifest, {self.differs: len(self.sources)}, 4.5, *before)

    async def plan_control(self, asked: ControlQuestion, now: datetime) -> Planned:
        self._fail()
        self.controls.append(asked)
        of = Manifest.from_json(asked.manifest)
        sources = [job.job_id for job in of.jobs][: asked.sample]
        own_id = uuid5(of.replay_id, f"control {len(self.controls)}")
        return Planned.of(make_manifest(own_id, *sources), {})

    async def compare(self, asked: CompareQuestion) -> dict[str, Any]:
        self._fail()
        self.compared.append(asked)
        if self.found is not None:
            return describe(self.found, [], asked)
        nothing = {"before": None, "now": None}
        six = dict.fromkeys(("same", "changed", "better", "worse", "failing", "neutral"), 0)
        counts = six | {"n": 1, "missing": 1, "shares": {}, "cells": 0, "ofAnother": 0}
        counts |= {"costUsd": nothing, "tokens": nothing, "latencyS": nothing}
        known = str(Manifest.from_json(asked.manifest).replay_id)
        told = {"replayId": known, "stages": {}, "all": counts, "lost": [], "worst": []}
        failures = None if asked.limits is None else self.failures
        return told | {"control": self.noise, "failures": failures}

    async def show_comparison(self, asked: CompareQuestion, jobs_at: str) -> ShownComparison:
        told = await self.compare(asked)
        if self.found is not None:
            return show(self.found, [], asked, jobs_at)
        case = f'<article><a href="{jobs_at}/{JOB_ID}">a case</a></article>'
        return ShownComparison(told, self.calls, (), case)

    async def write_report(self, asked: CompareQuestion, form: ReportForm) -> bytes:
        await self.compare(asked)
        return f"a report in {form.value}".encode()

    async def find_promotable(self, asked: PromotionQuestion) -> Promotable:
        self._fail()
        self.choosing.append(asked)
        return self.promotable

    async def find_prompt(self, stage: StageName) -> str:
        self._fail()
        return self.prompt

    def _fail(self) -> None:
        if self.fails is not None:
            raise self.fails


@dataclass
class FakeRuns:
    """Starts so many jobs of a manifest, once each, and then waits, fails, or is done.

    Attributes:
        started: Those that were started, as the topics know them.
        stays_after: After so many it starts no more, and does not end.
        fails_after: After so many it raises `error`.
    """

    started: list[UUID] = field(default_factory=list)
    pacings: list[Pacing] = field(default_factory=list)
    gone: tuple[UUID, ...] = ()
    stays_after: int | None = None
    fails_after: int | None = None
    error: Exception | None = None

    async def run(self, manifest: Manifest, progress: RunProgress, pacing: Pacing) -> None:
        self.pacings.append(pacing)
        for job_id, job in manifest.by_replay.items():
            if job_id in self.started:
                progress.before += 1
                continue
            if len(self.started) == self.fails_after:
                assert self.error is not None
                raise self.error
            if len(self.started) == self.stays_after:
                progress.held_back_s = 7.0
                await asyncio.Future()
            if job.job_id in self.gone:
                progress.gone.append(job.job_id)
                continue
            self.started.append(job_id)
            progress.started += 1

    async def find_started(self, manifest: Manifest) -> set[UUID]:
        return set(self.started)
