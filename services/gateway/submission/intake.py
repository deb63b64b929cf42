"""Accepts jobs. The broker's ack is the commit point: what is reserved before it claims nothing.

reserve the key -> publish to the first stage's requests -> note the ack -> 202
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.canary import CANARY_TENANT
from schemas.job.record import RECORD_SCHEMA
from schemas.kafka.headers import Headers, encode_headers, mark_repeat
from services.gateway.api.request_info import RequestInfo, trace_apart
from services.gateway.callback.store import note_callback
from services.gateway.database.database import Connection, DatabaseUnavailableError
from services.gateway.database.moment import LATEST, from_us
from services.gateway.database.patience import wait_for_database
from services.gateway.job.reservation_store import (
    Reservation,
    ReservationState,
    let_go,
    list_reserved,
    renew,
    set_state,
)
from services.gateway.job.store import StoredJob, find_job, find_use, read_reservation
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.status.fold import kind_of
from services.gateway.submission.order import Order, make_next
from services.gateway.tenant.admission import Admission
from services.gateway.tenant.settings import TenantSettings
from services.kafka import PublishFailedError
from services.lifecycle.failpoint import Point
from services.telemetry.log import get_log
from services.telemetry.metric import IDEMPOTENCY, JOBS_ACCEPTED
from services.telemetry.trace import attribute
from services.telemetry.trace.span import current_span

RECOVERED_AT_A_TIME = 16
"""What a crash has cut off is in memory, and under way, so many jobs at a time."""

KEY_TTL_S = 24 * 3600

log = get_log()


class KeyReusedError(Exception):
    """An idempotency key was used before for another request. Not retryable."""

    def __init__(self, given: str, known: str) -> None:
        super().__init__("the key was used before for another request")
        self.given = given
        self.known = known


class NotAckedError(Exception):
    """The broker did not ack a job in time. It may still arrive, and then runs."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"no ack for job {job_id}")
        self.job_id = job_id


class NotCaughtUpError(Exception):
    """Whether a key stands for a job is not known yet. To be tried again in a moment."""


class Intake:
    """Accepts jobs, each key once.

    Args:
        is_caught_up: Whether the tables hold all that the topics do.
        limits: What each tenant may have and use.
        key_ttl_s: For how long a key stands for its job, in seconds.
    """

    def __init__(
        self,
        writer: RecordWriter,
        is_caught_up: Callable[[], bool],
        limits: TenantSettings,
        key_ttl_s: int = KEY_TTL_S,
    ) -> None:
        self._key_lasts = timedelta(seconds=key_ttl_s)
        self._writer = writer
        self.now = writer.now
        self._database = writer.database
        self._is_caught_up = is_caught_up
        self._admission = Admission(limits, writer.now)

    async def accept(self, order: Order, info: RequestInfo) -> StoredJob:
        """Accept a job, or find the one that its key stands for.

        Raises:
            KeyReusedError: The key stands for another request.
            NotCaughtUpError: The job of the key may be in a topic that was not read yet.
            NotAckedError: The broker did not ack in time. The key keeps its job id.
            TenantLimitError: Its tenant has as much as it may.
            CallbackRefusedError: Its own webhook is not taken.
        """
        wanted = order.wanted
        if wanted.key is None:
            return await self._publish(await self._database.write(self._reserve, order), info)
        if not self._is_caught_up():
            raise NotCaughtUpError
        async with self._writer.locks.hold(f"job {wanted.job_id}"):
            return await self._accept_once(order, info)

    def tell_key_end(self, job: StoredJob) -> datetime:
        """Until when the key that a job was posted with stands for it."""
        return from_us(job.place.at_us) + self._key_lasts

    async def recover(self, before: datetime = LATEST) -> None:
        """Publish again what a crash has cut off between reservation and ack.

        To be called when the projection has caught up: what has arrived is not published again.

        Args:
            before: What was asked for earlier; later posts may be under way in another gateway.
        """
        after, page = "", await self._list_reserved("", before)
        while page:
            await asyncio.gather(*map(self._recover, page))
            after = page[-1].job_id
            page = await self._list_reserved(after, before)

    async def _list_reserved(self, after: str, before: datetime) -> list[Reservation]:
        return await wait_for_database(
            lambda: self._database.read(list_reserved, after, RECOVERED_AT_A_TIME, before),
            lambda error: log.warning("recovery_waits", error=str(error)),
        )

    async def _recover(self, reservation: Reservation) -> None:
        try:
            with trace_apart("recover job") as info:
                await self._publish(reservation, info, is_repeat=True)
        except NotAckedError as error:
            told = {"job_id": reservation.job_id, "tenant": reservation.tenant}
            log.warning("job_not_recovered", reason=str(error), **told)

    async def _accept_once(self, order: Order, info: RequestInfo) -> StoredJob:
        order = replace(order, wanted=await self._find_current(order.wanted))
        wanted = order.wanted
        known = await self._database.write(self._reserve, order)
        if known.is_new and (job := await self._find(known)):
            # The topics have it, whatever became of the database that had the key.
            IDEMPOTENCY.labels("replayed").inc()
            await self._database.write(let_go, [known.job_id])
            return job
        if known.is_new:
            IDEMPOTENCY.labels("new").inc()
            return await self._publish(known, info)
        if known.request_digest not in order.digests:
            IDEMPOTENCY.labels("mismatch").inc()
            raise KeyReusedError(given=wanted.request_digest, known=known.request_digest)
        IDEMPOTENCY.labels("replayed").inc()
        return await self._answer_again(known, order, info)

    async def _find_current(self, first: Reservation) -> Reservation:
        """The job that a key stands for now: those of too long ago, or gone, are passed by."""
        wanted, number = first, 0
        while use := await self._database.read(find_use, wanted.job_id):
            if not use.is_gone and self.now() < from_us(use.accepted_us) + self._key_lasts:
                break
            number += 1
            wanted = make_next(first, number)
        return wanted

    async def _answer_again(self, known: Reservation, order: Order, info: RequestInfo) -> StoredJob:
        if known.state in (ReservationState.RESERVED, ReservationState.REFUSED):
            return await self._publish(known, info, is_repeat=True)
        job = await self._find(known)
        if job is not None:
            return job
        await self._database.write(self._renew, order)
        return await self._publish(order.wanted, info)

    def _reserve(self, connection: Connection, order: Order) -> Reservation:
        known = self._admission.reserve(connection, order.wanted)
        if known.is_new:
            _note_webhook(connection, order)
        return known

    def _renew(self, connection: Connection, order: Order) -> None:
        renew(connection, order.wanted)
        _note_webhook(connection, order)

    async def _find(self, known: Reservation) -> StoredJob | None:
        return await self._database.read(find_job, known.job_id, known.tenant)

    async def _publish(
        self, reservation: Reservation, info: RequestInfo, *, is_repeat: bool = False
    ) -> StoredJob:
        job = read_reservation(reservation)
        topic = self._writer.topics.requests(job.known.fold.stages[0])
        headers = encode_headers(Headers(schema=RECORD_SCHEMA, traceparent=info.traceparent))
        headers = mark_repeat(headers) if is_repeat else headers
        current_span().tell({attribute.JOB_ID: job.job_id, attribute.TENANT: job.tenant})
        self._writer.failpoints.reach(Point.RESERVED)
        try:
            await self._writer.publish(topic, job.job_id.encode(), reservation.value, headers)
        except PublishFailedError as error:
            await self._note(job.job_id, ReservationState.REFUSED)
            told = {"job_id": job.job_id, "tenant": job.tenant, "request_id": info.request_id}
            log.warning("job_refused", reason=str(error), **told)
            raise NotAckedError(job.job_id) from error
        self._writer.failpoints.reach(Point.POSTED)
        await self._note(job.job_id, ReservationState.PUBLISHED)
        if job.tenant != CANARY_TENANT:
            JOBS_ACCEPTED.labels(kind_of(job.known.fold)).inc()
        told = {"tenant": job.tenant, "request_id": info.request_id}
        log.info("job_accepted", job_id=job.job_id, **told)
        return job

    async def _note(self, job_id: str, state: ReservationState) -> None:
        """Note what the broker said. It has said it, whether or not it can be noted."""
        try:
            await self._database.write(set_state, job_id, state)
        except DatabaseUnavailableError as error:
            log.warning("reservation_not_noted", job_id=job_id, state=state, error=str(error))


def _note_webhook(connection: Connection, order: Order) -> None:
    if order.webhook is not None:
        wanted = order.wanted
        note_callback(connection, wanted.job_id, wanted.tenant, order.webhook)
