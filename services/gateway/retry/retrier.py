"""Runs failed jobs again: what they failed with is put back by the dead-letter desk."""

from schemas.api.dead_letter import LetterState
from schemas.api.status import JobState
from services.gateway.access.actor import Actor
from services.gateway.database.database import Connection, Database
from services.gateway.database.sight import Sight
from services.gateway.dead_letter.desk import Desk, LetterRefusedError
from services.gateway.dead_letter.store import list_letters_of
from services.gateway.dead_letter.stored_letter import StoredLetter
from services.gateway.job.store import StoredJob, find_job
from services.gateway.status.state import describe


class NotRetriedError(Exception):
    """The job has not failed, or nothing of it can be put back. Not retryable."""


class Retrier:
    """Runs failed jobs again."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    async def retry(self, job_id: str, actor: Actor, sight: Sight) -> StoredJob | None:
        """Put back what a job failed with. Asking twice is asking once.

        Returns:
            The job as it stood; None where there is none with this id that is seen.

        Raises:
            NotRetriedError: It has not failed, or its dead letters were put aside.
            LetterRefusedError: A dead letter of it may not be put back.
            PublishFailedError: The broker did not ack in time; it is still failed.
        """
        job, letters = await self._database.read(_find, job_id, sight)
        if job is None:
            return None
        state = describe(job.known.fold).state
        if state is not JobState.FAILED:
            raise NotRetriedError(f"the job is {state.value}: only a failed one is run again")
        waiting = [letter for letter in letters if letter.state is LetterState.OPEN]
        if not waiting and not any(x.state is LetterState.REDRIVEN for x in letters):
            raise NotRetriedError(
                "its dead letters were put aside: post the request again, with another key"
            )
        for letter in waiting:
            await self._redrive(letter, actor)
        return job

    async def _redrive(self, letter: StoredLetter, actor: Actor) -> None:
        try:
            await self._desk.redrive(letter.letter_id, actor)
        except LetterRefusedError:
            now = await self._database.read(list_letters_of, letter.key[0], actor.sight)
            if LetterState.OPEN in [x.state for x in now if x.letter_id == letter.letter_id]:
                raise
            # Somebody else has put it back meanwhile.


def _find(
    connection: Connection, job_id: str, sight: Sight
) -> tuple[StoredJob | None, list[StoredLetter]]:
    job = find_job(connection, job_id, sight)
    return job, list_letters_of(connection, job_id, sight)
