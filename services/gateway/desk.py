"""The dead-letter desk's acts: a redrive puts the original bytes back, a discard puts them aside.

note the redrive -> publish to the stage's requests -> note the ack
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.dead_letter import MAX_REDRIVES, DiscardRequest, LetterState
from schemas.headers import Headers, decode_headers, encode_headers
from schemas.request import DEFAULT_DEADLINE_S
from schemas.topics import TopicNames
from services.gateway.intake import Publisher
from services.gateway.request_info import RequestInfo
from services.gateway.store.database import Connection, Database
from services.gateway.store.letter_store import find_letter, list_redrivable
from services.gateway.store.moment import to_us
from services.gateway.store.redrive_store import (
    Redrive,
    list_unacked,
    note_ack,
    note_discard,
    reserve_redrive,
)
from services.gateway.store.stored_letter import LetterFilter, StoredDiscard, StoredLetter
from services.stage_runtime.kafka import PublishFailedError
from services.stage_runtime.log import get_log
from services.stage_runtime.metric import DEAD_LETTERS_DISCARDED, DEAD_LETTERS_REDRIVEN

log = get_log()


class LetterRefusedError(Exception):
    """The desk does not do this to a dead letter as it stands. Not retryable."""


class NoSuchLetterError(Exception):
    """No dead letter has this id."""


class Desk:
    """Puts dead letters back, each once, or aside. One per set of tables."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        topics: TopicNames,
        timeout_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._topics = topics
        self._timeout_s = timeout_s
        self._now = now
        # Between noting a redrive and its ack, a second request must not publish it too.
        self._lock = asyncio.Lock()

    async def redrive(self, letter_id: str, info: RequestInfo) -> StoredLetter:
        """Put a dead letter back into its stage's requests.

        Raises:
            NoSuchLetterError: There is none with this id.
            LetterRefusedError: It is not open, or was put back too often.
            PublishFailedError: The broker did not ack in time; it is still open.
        """
        async with self._lock:
            letter, redrive = await self._database.write(self._reserve, letter_id, info)
            await self._publish(redrive)
        return replace(letter, state=LetterState.REDRIVEN)

    async def list_redrivable(self, wanted: LetterFilter, limit: int) -> list[StoredLetter]:
        """What `redrive_all` would put back."""
        return await self._database.read(list_redrivable, wanted, MAX_REDRIVES, limit)

    async def redrive_all(
        self, wanted: LetterFilter, limit: int, info: RequestInfo
    ) -> list[StoredLetter]:
        """Put back open dead letters, oldest first; those put back too often are left out.

        Raises:
            PublishFailedError: The broker did not ack in time; the rest is still open.
        """
        done = []
        for letter in await self.list_redrivable(wanted, limit):
            try:
                done.append(await self.redrive(letter.letter_id, info))
            except (LetterRefusedError, NoSuchLetterError) as error:
                log.info("dead_letter_not_redriven", letter=letter.letter_id, reason=str(error))
        return done

    async def discard(self, letter_id: str, request: DiscardRequest) -> StoredLetter:
        """Put a dead letter aside for good.

        Raises:
            NoSuchLetterError: There is none with this id.
            LetterRefusedError: It is not open.
        """
        discard = StoredDiscard(request.reason, request.by, self._now())
        async with self._lock:
            letter = await self._database.write(_discard, letter_id, discard)
        DEAD_LETTERS_DISCARDED.labels(letter.key[1]).inc()
        log.info("dead_letter_discarded", letter=letter_id, job_id=letter.key[0], by=discard.by)
        return letter

    async def recover(self) -> None:
        """Publish again what a crash or a broker without ack has left half done."""
        for redrive in await self._database.read(list_unacked):
            try:
                await self._publish(redrive)
            except PublishFailedError as error:
                log.warning("redrive_not_recovered", job_id=redrive.key[0], reason=str(error))

    def _reserve(
        self, connection: Connection, letter_id: str, info: RequestInfo
    ) -> tuple[StoredLetter, Redrive]:
        letter = _find_open(connection, letter_id)
        job_id, stage, redrive = letter.key
        if redrive >= MAX_REDRIVES:
            raise LetterRefusedError(
                f"the dead letter {letter_id} was put back {redrive} times and failed each time:"
                " find the cause, then discard it and post the request again"
            )
        wanted = Redrive(
            key=(job_id, stage, redrive + 1),
            topic=self._topics.requests(stage),
            headers=encode_headers(renew_headers(letter, info, self._now())),
            value=letter.value,
            at_us=to_us(self._now()),
        )
        return letter, reserve_redrive(connection, wanted)

    async def _publish(self, redrive: Redrive) -> None:
        job_id, stage, number = redrive.key
        await self._publisher.publish(
            redrive.topic, job_id.encode(), redrive.value, redrive.headers, self._timeout_s
        )
        await self._database.write(note_ack, redrive.key)
        DEAD_LETTERS_REDRIVEN.labels(stage).inc()
        log.info("dead_letter_redriven", job_id=job_id, stage=stage, redrive=number)


def renew_headers(letter: StoredLetter, info: RequestInfo, now: datetime) -> Headers:
    """The headers of a redrive: attempts begin again, where it came from stays, why it failed not.

    The trace is the request's own, since the one of the failure may be days old, and so may the
    job's deadline: a redrive gives a new one.
    """
    deadline_at = now + timedelta(seconds=DEFAULT_DEADLINE_S)
    try:
        old = decode_headers((name, text.encode()) for name, text in letter.headers.items())
    except ValueError:
        old = Headers()
    return Headers(
        schema=old.schema,
        redrive=letter.key[2] + 1,
        deadline_ms=int(deadline_at.timestamp() * 1000),
        origin_topic=old.origin_topic,
        origin_partition=old.origin_partition,
        origin_offset=old.origin_offset,
        traceparent=info.traceparent,
    )


def _discard(connection: Connection, letter_id: str, discard: StoredDiscard) -> StoredLetter:
    letter = _find_open(connection, letter_id)
    note_discard(connection, letter.key, discard)
    return replace(letter, state=LetterState.DISCARDED, discard=discard)


def _find_open(connection: Connection, letter_id: str) -> StoredLetter:
    letter = find_letter(connection, letter_id)
    if letter is None:
        raise NoSuchLetterError(f"there is no dead letter with the id {letter_id!r}")
    if letter.state is not LetterState.OPEN:
        raise LetterRefusedError(f"the dead letter {letter_id} is {letter.state}, not open")
    return letter
