"""Does to one job what a bulk action says. Doing it again is doing it once."""

from uuid import UUID

from schemas.api.batch import BulkKind, BulkOutcome
from schemas.api.dead_letter import DiscardRequest, LetterState
from schemas.api.status import JobState
from services.gateway.access.actor import Actor
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.cancel.canceller import Canceller
from services.gateway.database.database import Database
from services.gateway.database.sight import Sight
from services.gateway.dead_letter.desk import Desk, LetterRefusedError, NoSuchLetterError
from services.gateway.dead_letter.store import list_letters_of
from services.gateway.job.store import find_job
from services.gateway.promotion.decision import NoReplayError, NotPromotedError
from services.gateway.promotion.promoter import Promoter
from services.gateway.retry.retrier import NotRetriedError, Retrier
from services.gateway.status.state import describe
from services.replay.manifest import replay_of

NO_JOB = "there is no such job"


class SkippedError(Exception):
    """It is not done to this job, and why."""


NOT_DONE = (
    SkippedError,
    NotRetriedError,
    LetterRefusedError,
    NoSuchLetterError,
    NoReplayError,
    NotPromotedError,
)
"""What says of one job that it stays as it is, and why."""


class Performer:
    """Cancels, retries, discards, promotes and rolls back.

    Raises:
        PublishFailedError: The broker did not ack in time, from what publishes something.
    """

    def __init__(
        self,
        database: Database,
        canceller: Canceller,
        desk: Desk,
        retrier: Retrier,
        promoter: Promoter,
    ) -> None:
        self._database = database
        self._canceller = canceller
        self._desk = desk
        self._retrier = retrier
        self._promoter = promoter

    async def perform(self, bulk: StoredBulk, item: BulkItem) -> BulkItem:
        """Do it, and say what came of it."""
        try:
            if bulk.replay_id is not None:
                await self._change_result(bulk, bulk.replay_id, item.job_id)
            else:
                await self._act(bulk, item.job_id)
        except NOT_DONE as error:
            return BulkItem(item.number, item.job_id, BulkOutcome.SKIPPED, str(error))
        return BulkItem(item.number, item.job_id, BulkOutcome.DONE)

    async def _act(self, bulk: StoredBulk, job_id: str) -> None:
        acts = {
            BulkKind.CANCEL: self._cancel,
            BulkKind.RETRY: self._retry,
            BulkKind.DISCARD: self._discard,
        }
        await acts[bulk.kind](job_id, bulk.sight, bulk.actor)

    async def _change_result(self, bulk: StoredBulk, replay_id: str, job_id: str) -> None:
        replay: UUID | None = replay_of(UUID(replay_id), UUID(job_id))
        if bulk.kind is BulkKind.ROLL_BACK:
            await self._require_result_of(job_id, replay, bulk.sight)
            replay = None
        if await self._promoter.change(job_id, replay, bulk.actor) is None:
            raise SkippedError(NO_JOB)

    async def _require_result_of(self, job_id: str, replay: UUID | None, sight: Sight) -> None:
        """What another replay has come to, or the job itself, stays."""
        job = await self._database.read(find_job, job_id, sight)
        promoted = None if job is None else job.known.fold.promoted
        current = None if promoted is None else promoted.said.promoted
        if current is not None and current.job_id != replay:
            raise SkippedError("it has the result of another replay")

    async def _cancel(self, job_id: str, sight: Sight, actor: Actor) -> None:
        job = await self._canceller.find(job_id, sight)
        if job is None:
            raise SkippedError(NO_JOB)
        state = describe(job.known.fold).state
        if state.is_final:
            raise SkippedError(f"it is {state.value}")
        if state is not JobState.CANCELLING:
            await self._canceller.ask(job, actor)

    async def _retry(self, job_id: str, sight: Sight, actor: Actor) -> None:
        if await self._retrier.retry(job_id, actor, sight) is None:
            raise SkippedError(NO_JOB)

    async def _discard(self, job_id: str, sight: Sight, actor: Actor) -> None:
        letters = await self._database.read(list_letters_of, job_id, sight)
        waiting = [letter for letter in letters if letter.state is LetterState.OPEN]
        if not waiting and not any(x.state is LetterState.DISCARDED for x in letters):
            raise SkippedError("it has no open dead letter")
        request = DiscardRequest(reason=actor.reason, by=actor.principal.name[:100])
        for letter in waiting:
            await self._desk.discard(letter.letter_id, request, actor)
