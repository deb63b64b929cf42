"""What is asked of replays: checked, done, and noted as an act. Whoever asks, asks here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from schemas.api.batch import BulkKind
from schemas.api.replay.request import (
    MAX_REPLAY_JOBS,
    ReplayControlRequest,
    ReplayPromotionRequest,
    ReplayRequest,
    ReplayRollbackRequest,
    ReplayStartRequest,
)
from schemas.api.replay.run import ReplayPace
from services.gateway.access.actor import Actor
from services.gateway.api.problem import (
    ProblemError,
    refuse_field,
    refuse_parameter,
)
from services.gateway.bulk.action import StoredBulk
from services.gateway.bulk.beginning import ResultChange, begin_change
from services.gateway.database.sight import Sight
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.replay.change import abort, keep, pause, start
from services.gateway.replay.past import Past, asking_the_past
from services.gateway.replay.refusal import refuse_many, refuse_replay, refuse_start
from services.gateway.replay.store import find_replay, read_manifest
from services.gateway.replay.stored_replay import StateError, StoredReplay
from services.replay.comparison.limit import read_limits
from services.replay.comparison.promotion import read_rule
from services.replay.manifest import JobEnd, Manifest, Selection
from services.replay.question.compare import CompareQuestion
from services.replay.question.plan import (
    ControlQuestion,
    Planned,
    PlanQuestion,
)
from services.replay.question.promote import Promotable, PromotionQuestion
from services.telemetry.log import get_log

log = get_log()


@dataclass(frozen=True)
class ReplayDesk:
    """Plans replays, drives them, compares them, and promotes what came of them.

    Raises:
        ProblemError: 404 of a replay that is not seen, 409 of one that is not so far, 422 of what
            cannot be meant, 503 of a past that cannot be read now; each of its methods.
    """

    writer: RecordWriter
    past: Past

    async def plan(self, asked: ReplayRequest, actor: Actor) -> StoredReplay:
        """Plan a replay. Nothing runs."""
        sight = actor.principal.look_at(asked.tenant)
        with asking_the_past():
            planned = await self.past.plan(_ask(asked, sight), self.writer.now())
        if len(planned.jobs) > MAX_REPLAY_JOBS:
            raise refuse_many(len(planned.jobs))
        return await self._keep(planned, actor, sight)

    async def plan_control(
        self, replay_id: str, asked: ReplayControlRequest, actor: Actor
    ) -> StoredReplay:
        """Plan the jobs of a replay once more."""
        replay, manifest = await self.require(replay_id, actor.sight)
        question = ControlQuestion(manifest, asked.model, asked.sample)
        with asking_the_past():
            planned = await self.past.plan_control(question, self.writer.now())
        return await self._keep(planned, actor, replay.sight, replay_id)

    async def start(self, replay_id: str, asked: ReplayStartRequest, actor: Actor) -> StoredReplay:
        """Start a replay, or let it go on."""
        replay, _ = await self.require(replay_id, actor.sight)
        await refuse_start(replay, self.past, is_said_live=asked.live)
        pace = ReplayPace.model_validate(asked.model_dump(exclude={"reason", "live"}))
        return await self._change(start, replay_id, pace, actor)

    async def pause(self, replay_id: str, actor: Actor) -> StoredReplay:
        """Start no more of its jobs for now."""
        return await self._change(pause, replay_id, actor)

    async def abort(self, replay_id: str, actor: Actor) -> StoredReplay:
        """Start no more, and cancel what has not ended."""
        return await self._change(abort, replay_id, actor)

    async def ask_to_compare(
        self, replay_id: str, sight: Sight, shown: int, control: UUID | None, limits: str | None
    ) -> CompareQuestion:
        """What is to be asked of the past for a comparison.

        Args:
            shown: So many of the worst cases.
            control: The replay that is its control; None without one.
            limits: Which it must not pass; None for none.
        """
        try:
            read_limits(limits) if limits is not None else ()
        except ValueError as error:
            raise refuse_parameter("failIf", str(error)) from error
        _, manifest = await self.require(replay_id, sight)
        beside = None
        if control is not None:
            beside = await self.writer.database.read(read_manifest, str(control), sight)
            if beside is None:
                raise refuse_parameter("control", f"there is no replay with the id {control}")
        return CompareQuestion(manifest, shown, beside, limits)

    async def find_promotable(
        self, replay_id: str, asked: ReplayPromotionRequest, actor: Actor
    ) -> tuple[StoredReplay, Promotable]:
        """Which results would be promoted, and which not, with why."""
        try:
            read_rule(asked.rule)
        except ValueError as error:
            raise refuse_field("/rule", str(error)) from error
        replay, manifest = await self.require(replay_id, actor.sight)
        _choose(Manifest.from_json(manifest), asked.job_ids)
        question = PromotionQuestion(manifest, asked.rule, frozenset(asked.job_ids or ()))
        with asking_the_past():
            return replay, await self.past.find_promotable(question)

    async def promote(
        self, replay: StoredReplay, rule: str, found: Promotable, actor: Actor
    ) -> StoredBulk:
        """Begin to make results those of their jobs."""
        of = (BulkKind.PROMOTE, replay.replay_id, rule, found.chosen, found.skipped)
        return await self._begin(replay, ResultChange(*of), actor)

    async def roll_back(
        self, replay_id: str, asked: ReplayRollbackRequest, actor: Actor
    ) -> StoredBulk:
        """Begin to give jobs their own results again."""
        replay, manifest = await self.require(replay_id, actor.sight)
        jobs = _choose(Manifest.from_json(manifest), asked.job_ids)
        change = ResultChange(BulkKind.ROLL_BACK, replay_id, None, jobs, {})
        return await self._begin(replay, change, actor)

    async def require(self, replay_id: str, sight: Sight) -> tuple[StoredReplay, bytes]:
        """A replay and its manifest, as JSON."""
        replay = await self.writer.database.read(find_replay, replay_id, sight)
        manifest = await self.writer.database.read(read_manifest, replay_id, sight)
        if replay is None or manifest is None:
            raise refuse_replay(replay_id)
        return replay, manifest

    async def _keep(
        self, planned: Planned, actor: Actor, sight: Sight, control_of: str | None = None
    ) -> StoredReplay:
        told = (planned, actor, sight, self.writer.now(), control_of)
        replay = await self.writer.database.write(keep, *told)
        log.info("replay_planned", replay=replay.replay_id, jobs=replay.total)
        return replay

    async def _change(
        self, change: Callable[..., StoredReplay | None], replay_id: str, *told: Any
    ) -> StoredReplay:
        try:
            told = (replay_id, *told, self.writer.now())
            replay = await self.writer.database.write(change, *told)
        except StateError as error:
            raise ProblemError(HTTPStatus.CONFLICT, "replay-not-so-far", str(error)) from error
        if replay is None:
            raise refuse_replay(replay_id)
        log.info("replay_changed", replay=replay_id, state=replay.state.value)
        return replay

    async def _begin(self, replay: StoredReplay, change: ResultChange, actor: Actor) -> StoredBulk:
        told = (change, actor, replay.sight, self.writer.now())
        bulk = await self.writer.database.write(begin_change, *told)
        log.info("bulk_action_begun", bulk=bulk.bulk_id, action=change.kind.value, jobs=bulk.total)
        return bulk


def _ask(asked: ReplayRequest, tenant: str | None) -> PlanQuestion:
    selection = Selection(
        from_at=asked.since,
        to_at=asked.until,
        statuses=tuple(JobEnd(status) for status in asked.statuses),
        tags=asked.tags,
        table_id=asked.table_id,
        tenant=tenant,
        sample=asked.sample,
        limit=asked.limit,
        is_listed=asked.job_ids is not None,
    )
    listed = None if asked.job_ids is None else frozenset(asked.job_ids)
    told = (selection, asked.prompt_version, asked.model, listed, asked.prompt, asked.live)
    return PlanQuestion(asked.stage, *told, asks_all=asked.ask_all)


def _choose(planned: Manifest, wanted: Sequence[UUID] | None) -> list[str]:
    """The source jobs that are meant, in the order of the plan."""
    known = [job.job_id for job in planned.jobs]
    meant = frozenset(known if wanted is None else wanted)
    if strange := meant - frozenset(known):
        raise refuse_field("/jobIds", f"{min(strange)} is no job of the replay")
    return [str(job_id) for job_id in known if job_id in meant]
