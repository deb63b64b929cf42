"""The dead-letter desk's acts: a redrive puts the original bytes back, a discard puts them aside.

note the redrive -> publish to the stage's requests -> note the ack
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.api.act import Deed
from schemas.api.dead_letter import MAX_REDRIVES, DiscardRequest, LetterState
from schemas.job.request import DEFAULT_DEADLINE_S
from schemas.kafka.headers import ErrorKind, Headers, KafkaHeaders, pass_on, salvage_headers
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection, DatabaseUnavailableError
from services.gateway.database.moment import LATEST, to_us
from services.gateway.database.patience import wait_for_database
from services.gateway.dead_letter.redrive_store import (
    Redrive,
    is_unacked,
    list_unacked,
    note_ack,
    note_discard,
    reserve_redrive,
)
from services.gateway.dead_letter.state import LetterKey
from services.gateway.dead_letter.store import count_earlier, find_letter
from services.gateway.dead_letter.stored_letter import StoredDiscard, StoredLetter
from services.gateway.job.store import list_cancelled
from services.gateway.outbox.rate import Rate
from services.gateway.outbox.record_writer import RecordWriter
from services.kafka import PublishFailedError
from services.telemetry.log import get_log
from services.telemetry.metric import DEAD_LETTERS_DISCARDED, DEAD_LETTERS_REDRIVEN
from services.telemetry.trace import attribute
from services.telemetry.trace.span import current_span

RECOVERED_AT_A_TIME = 16
"""What a crash has cut off is in memory, and under way, so many letters at a time."""

log = get_log()


class LetterRefusedError(Exception):
    """The desk does not do this to a dead letter as it stands. Not retryable."""


class NoSuchLetterError(Exception):
    """No dead letter has this id."""


class Desk:
    """Puts dead letters back, each once, or aside.

    Between noting a redrive and its ack, a second request must not publish it too. A lock per
    letter: while the broker is away, one that waits for its ack keeps nobody from another.
    """

    def __init__(self, writer: RecordWriter, rate: Rate) -> None:
        self._writer = writer
        self._database = writer.database
        self._rate = rate

    async def redrive(self, letter_id: str, actor: Actor) -> StoredLetter:
        """Put a dead letter back into its stage's requests, when its turn comes.

        Raises:
            NoSuchLetterError: There is none with this id that is seen.
            LetterRefusedError: It is not open, or may not be put back.
            PublishFailedError: The broker did not ack in time; it is still open.
        """
        await self._rate.take_turn()
        async with self._writer.locks.hold(f"letter {letter_id}"):
            letter, redrive = await self._database.write(self._reserve, letter_id, actor)
            await self._publish(redrive, letter.tenant)
        return replace(letter, state=LetterState.REDRIVEN)

    async def discard(self, letter_id: str, request: DiscardRequest, actor: Actor) -> StoredLetter:
        """Put a dead letter aside for good.

        Raises:
            NoSuchLetterError: There is none with this id that is seen.
            LetterRefusedError: It is not open, or may be on its way back.
        """
        discard = StoredDiscard(request.reason, request.by, self._writer.now())
        async with self._writer.locks.hold(f"letter {letter_id}"):
            letter = await self._database.write(self._discard, letter_id, discard, actor)
        DEAD_LETTERS_DISCARDED.labels(letter.key[1]).inc()
        told = {"job_id": letter.job_id, "tenant": letter.tenant, "by": discard.by}
        log.info("dead_letter_discarded", letter=letter_id, **told)
        return letter

    async def recover(self, before: datetime = LATEST) -> None:
        """Publish again what a crash or a broker without ack has left half done.

        Args:
            before: What was asked for earlier; the rest may be under way in another gateway.
        """
        page = await self._list_unacked(None, before)
        while page:
            await asyncio.gather(*map(self._recover, page))
            page = await self._list_unacked(page[-1].key, before)

    async def _list_unacked(self, after: LetterKey | None, before: datetime) -> list[Redrive]:
        return await wait_for_database(
            lambda: self._database.read(list_unacked, after, RECOVERED_AT_A_TIME, before),
            lambda error: log.warning("recovery_waits", error=str(error)),
        )

    async def _recover(self, redrive: Redrive) -> None:
        try:
            await self._publish(redrive)
        except (PublishFailedError, DatabaseUnavailableError) as error:
            log.warning("redrive_not_recovered", job_id=redrive.key[0], reason=str(error))

    def _reserve(
        self, connection: Connection, letter_id: str, actor: Actor
    ) -> tuple[StoredLetter, Redrive]:
        letter = _find_open(connection, letter_id, actor)
        job_id, stage, redrive = letter.key
        is_cancelled = job_id in list_cancelled(connection, [job_id])
        reason = tell_refusal(letter, count_earlier(connection, letter.key), is_cancelled)
        if reason is not None:
            raise LetterRefusedError(f"the dead letter {letter_id} is not put back: {reason}")
        wanted = Redrive(
            key=(job_id, stage, redrive + 1),
            topic=self._writer.topics.requests(stage),
            headers=renew_headers(letter, actor.info.traceparent, self._writer.now()),
            value=letter.value,
            at_us=to_us(self._writer.now()),
        )
        noted = reserve_redrive(connection, wanted)
        if noted is wanted:
            now = self._writer.now()
            _note(connection, Deed.REDRIVE_LETTER, letter, LetterState.REDRIVEN, actor, now)
        return letter, noted

    def _discard(
        self, connection: Connection, letter_id: str, discard: StoredDiscard, actor: Actor
    ) -> StoredLetter:
        letter = _find_open(connection, letter_id, actor)
        if is_unacked(connection, letter.key):
            raise LetterRefusedError(
                f"a redrive of the dead letter {letter_id} was begun and the broker has not acked"
                " it, so it may be on its way: redrive it again to be sure"
            )
        note_discard(connection, letter.key, discard)
        _note(connection, Deed.DISCARD_LETTER, letter, LetterState.DISCARDED, actor, discard.at)
        return replace(letter, state=LetterState.DISCARDED, discard=discard)

    async def _publish(self, redrive: Redrive, tenant: str | None = None) -> None:
        job_id, stage, number = redrive.key
        current_span().tell({attribute.JOB_ID: job_id, attribute.TENANT: tenant})
        await self._writer.publish(redrive.topic, job_id.encode(), redrive.value, redrive.headers)
        await self._database.write(note_ack, redrive.key)
        DEAD_LETTERS_REDRIVEN.labels(stage).inc()
        told = {"tenant": tenant, "stage": stage, "redrive": number}
        log.info("dead_letter_redriven", job_id=job_id, **told)


def tell_refusal(letter: StoredLetter, earlier: int, is_cancelled: bool) -> str | None:
    """Why an open dead letter may not be put back; None where it may.

    Args:
        earlier: How often this stage has given up on the job before. The number of the redrive
            counts those of all its stages.
    """
    if letter.job_id is None:
        return "it names no job, so nothing could come of it: discard it"
    if letter.failure.kind is ErrorKind.LOST:
        return "its bytes are gone: discard it, and post the request again with another key"
    if is_cancelled:
        return "its job was asked to be cancelled: discard it, or post the request again"
    if earlier >= MAX_REDRIVES:
        return (
            f"it was put back {earlier} times and failed each time: find the cause, then discard"
            " it and post the request again"
        )
    return None


def renew_headers(letter: StoredLetter, traceparent: str, now: datetime) -> KafkaHeaders:
    """The headers of a redrive: attempts begin again, where it came from stays, why it failed not.

    The trace is the request's own with a link to that of the failure, which may be days old, and so
    may the job's deadline: a redrive gives a new one.
    """
    deadline_at = now + timedelta(seconds=DEFAULT_DEADLINE_S)
    came_with = [(name, text.encode()) for name, text in letter.headers.items()]
    old = salvage_headers(came_with)
    renewed = Headers(
        schema=old.schema,
        redrive=letter.key[2] + 1,
        spent_usd=old.spent_usd,
        deadline_ms=int(deadline_at.timestamp() * 1000),
        origin_topic=old.origin_topic,
        origin_partition=old.origin_partition,
        origin_offset=old.origin_offset,
        traceparent=traceparent,
        trace_link=old.traceparent,
    )
    return pass_on(came_with, renewed)


def _note(
    connection: Connection,
    deed: Deed,
    letter: StoredLetter,
    state: LetterState,
    actor: Actor,
    now: datetime,
) -> None:
    told = (letter.letter_id, letter.tenant, now, {"state": letter.state}, {"state": state})
    note_act(connection, make_act(actor, deed, *told))


def _find_open(connection: Connection, letter_id: str, actor: Actor) -> StoredLetter:
    letter = find_letter(connection, letter_id, actor.sight)
    if letter is None:
        raise NoSuchLetterError(f"there is no dead letter with the id {letter_id!r}")
    if letter.state is not LetterState.OPEN:
        raise LetterRefusedError(f"the dead letter {letter_id} is {letter.state}, not open")
    return letter
