"""Makes the result of a replay that of its source, or takes it back, on job.control.

find both -> decide -> note the act -> publish -> wait until the tables show it. One at a time of a
job, so that each is decided on what the one before has left.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.api.act import Act, Deed
from schemas.kafka.control import (
    OWN_VERSION,
    PROMOTION_SCHEMA,
    Promotion,
    promotion_key,
)
from schemas.kafka.headers import Headers, encode_headers
from services.gateway.access.actor import Actor
from services.gateway.act.store import finish_act, make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.database.sight import Sight
from services.gateway.job.store import FindJob, StoredJob, find_job
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.promotion.decision import (
    NoReplayError,
    NotPromotedError,
    promote,
    roll_back,
)
from services.kafka import PublishFailedError
from services.telemetry.log import get_log
from services.telemetry.metric import PROMOTIONS

SHOWN_S = 5.0
"""How long the tables may take to show what the broker has, in seconds."""

log = get_log()


@dataclass(frozen=True)
class Promoter:
    """Promotes results.

    Attributes:
        find: Finds a job, once it shows what was asked.
        shown_s: How long that is waited for, in seconds.
    """

    writer: RecordWriter
    find: FindJob
    shown_s: float = SHOWN_S

    async def change(self, job_id: str, replay_id: UUID | None, actor: Actor) -> StoredJob | None:
        """Give a job the result of a replay, or its own. Asking twice is asking once.

        Args:
            replay_id: None for the job's own result.

        Returns:
            The job as it stands; None where there is none with this id that is seen.

        Raises:
            NoReplayError: It is no replay of this job.
            NotPromotedError: The job stays as it is.
            PublishFailedError: The broker did not ack in time.
        """
        async with self.writer.locks.hold(f"promotion {job_id}"):
            job, replay = await self.writer.database.read(_find, job_id, replay_id, actor.sight)
            if job is None:
                return None
            try:
                said = _decide(job, replay_id, replay, self.writer.now())
            except (NoReplayError, NotPromotedError) as error:
                PROMOTIONS.labels("refused").inc()
                told = {"job_id": job_id, "replay": replay_id and str(replay_id)}
                log.info("result_not_promoted", reason=str(error), tenant=job.tenant, **told)
                raise
            if said is None:
                PROMOTIONS.labels("unchanged").inc()
                return job
            return await self._perform(job, said, actor)

    async def _perform(self, job: StoredJob, said: Promotion, actor: Actor) -> StoredJob:
        """It is an act, noted before it is done: none is done that nobody finds."""
        act = _make_act(job, actor, said.asked_at)
        await self.writer.database.write(note_act, act)
        headers = encode_headers(Headers(schema=PROMOTION_SCHEMA))
        key = promotion_key(job.job_id)
        await self.writer.publish(self.writer.topics.control, key, said.to_json(), headers)
        shown = await self.find(
            job.job_id, actor.sight, self.shown_s, lambda found: _shows(found, said)
        )
        if shown is not None and _is_overtaken(shown, said):
            # An earlier one had no ack in time, and has arrived in place of this one.
            raise PublishFailedError("another change of the job's result was under way")
        await self.writer.database.write(finish_act, act, _tell(said))
        is_back = said.current == OWN_VERSION
        PROMOTIONS.labels("rolled back" if is_back else "promoted").inc()
        name = "result_rolled_back" if is_back else "result_promoted"
        log.info(name, job_id=job.job_id, tenant=job.tenant, **_tell(said))
        return shown or job


def _find(
    connection: Connection, job_id: str, replay_id: UUID | None, sight: Sight
) -> tuple[StoredJob | None, StoredJob | None]:
    job = find_job(connection, job_id, sight)
    replay = None if replay_id is None else find_job(connection, str(replay_id), sight)
    return job, replay


def _decide(
    job: StoredJob, replay_id: UUID | None, replay: StoredJob | None, now: datetime
) -> Promotion | None:
    job_id, fold = UUID(job.job_id), job.known.fold
    if replay_id is None:
        return roll_back(job_id, fold, now)
    other = None if replay is None else replay.known.fold
    return promote(job_id, fold, replay_id, other, now)


def _make_act(job: StoredJob, actor: Actor, now: datetime) -> Act:
    promoted = job.known.fold.promoted
    before = {"resultVersion": OWN_VERSION} if promoted is None else _tell(promoted.said)
    return make_act(actor, Deed.PROMOTE_RESULT, job.job_id, job.tenant, now, before)


def _tell(said: Promotion) -> dict[str, object]:
    told: dict[str, object] = {"resultVersion": said.current}
    return told | ({"replay": str(said.promoted.job_id)} if said.promoted else {})


def _shows(job: StoredJob, said: Promotion) -> bool:
    return job.known.fold.promotions >= said.sequence


def _is_overtaken(job: StoredJob, said: Promotion) -> bool:
    """Whether another promotion was written in place of this one, to another end."""
    promoted = job.known.fold.promoted
    if promoted is None or promoted.said.sequence != said.sequence:
        return False
    return _tell(promoted.said) != _tell(said)
