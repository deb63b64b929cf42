"""Does to one job what a bulk action says. Doing it again is doing it once."""

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
from services.gateway.retry.retrier import NotRetriedError, Retrier
from services.gateway.status.state import describe

NO_JOB = "there is no such job"


class SkippedError(Exception):
    """It is not done to this job, and why."""


class Performer:
    """Cancels, retries and discards.

    Raises:
        PublishFailedError: The broker did not ack in time, from what publishes something.
    """

    def __init__(
        self, database: Database, canceller: Canceller, desk: Desk, retrier: Retrier
    ) -> None:
        self._database = database
        self._canceller = canceller
        self._desk = desk
        self._retrier = retrier

    async def perform(self, bulk: StoredBulk, item: BulkItem) -> BulkItem:
        """Do it, and say what came of it."""
        acts = {
            BulkKind.CANCEL: self._cancel,
            BulkKind.RETRY: self._retry,
            BulkKind.DISCARD: self._discard,
        }
        try:
            await acts[bulk.kind](item.job_id, bulk.sight, bulk.actor)
        except (SkippedError, NotRetriedError, LetterRefusedError, NoSuchLetterError) as error:
            return BulkItem(item.number, item.job_id, BulkOutcome.SKIPPED, str(error))
        return BulkItem(item.number, item.job_id, BulkOutcome.DONE)

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
