"""Begins and stops bulk actions: each is kept with its jobs and noted as an act, at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from schemas.api.act import Act, Deed
from schemas.api.batch import BulkKind, BulkOutcome, BulkRequest, BulkState
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.bulk.selection import select_jobs
from services.gateway.bulk.store import begin_bulk, end_bulk, find_bulk
from services.gateway.database.database import Connection
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight

NAMESPACE = UUID("2b1a63c3-5f0f-5d5e-8b8e-0c6a1d1f6a42")


class BulkKeyReusedError(Exception):
    """The key stands for another request."""


def count_jobs(connection: Connection, asked: BulkRequest, sight: Sight) -> int:
    """How many jobs it would be about.

    Raises:
        TooManyJobsError: More than one action goes through.
    """
    return len(select_jobs(connection, asked, sight))


def begin(
    connection: Connection,
    asked: BulkRequest,
    key: str | None,
    actor: Actor,
    sight: Sight,
    now: datetime,
) -> StoredBulk:
    """Begin a bulk action, or find the one that its key stands for.

    Raises:
        BulkKeyReusedError: The key stands for another one.
        TooManyJobsError: They are more than one action goes through.
    """
    wanted = _make(asked, key, actor, sight, now)
    known = find_bulk(connection, wanted.bulk_id, None) if key is not None else None
    if known is None:
        jobs = enumerate(select_jobs(connection, asked, sight), 1)
        known = begin_bulk(connection, wanted, [BulkItem(number, one) for number, one in jobs])
        if known.digest == wanted.digest and known.created_at == now:
            note_act(connection, _tell(Deed.BEGIN_BULK, known, actor, now))
    if known.digest != wanted.digest:
        raise BulkKeyReusedError
    return known


@dataclass(frozen=True)
class ResultChange:
    """That jobs of a replay are to have its results, or their own again.

    Attributes:
        kind: Promote, or roll back.
        rule: By which they were chosen; None where all are meant.
        jobs: The ids of those that are gone through.
        skipped: The ids of those that are not, and why.
    """

    kind: BulkKind
    replay_id: str
    rule: str | None
    jobs: Sequence[str]
    skipped: Mapping[str, str]


def begin_change(
    connection: Connection, change: ResultChange, actor: Actor, sight: Sight, now: datetime
) -> StoredBulk:
    """Begin to promote results of a replay, or to roll them back.

    Args:
        sight: Whose jobs the replay is of.
    """
    said = (change.kind, change.replay_id, change.rule, change.jobs)
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    bulk = _describe(change.kind, str(uuid4()), digest, actor, sight, now)
    items = [BulkItem(number, job) for number, job in enumerate(change.jobs, 1)]
    left_out = enumerate(change.skipped.items(), len(items) + 1)
    items += [BulkItem(at, job, BulkOutcome.SKIPPED, why) for at, (job, why) in left_out]
    begun = begin_bulk(connection, replace(bulk, replay_id=change.replay_id), items)
    told = {"replay": change.replay_id} | ({"rule": change.rule} if change.rule else {})
    note_act(connection, _tell(Deed.BEGIN_BULK, begun, actor, now, **told))
    return begun


def stop(
    connection: Connection, bulk_id: str, actor: Actor, sight: Sight, now: datetime
) -> StoredBulk | None:
    """Stop a bulk action: what is under way is its last. Stopping twice is stopping once."""
    bulk = find_bulk(connection, bulk_id, sight)
    if bulk is None or bulk.state is not BulkState.RUNNING:
        return bulk
    end_bulk(connection, bulk_id, BulkState.STOPPED, now)
    note_act(connection, _tell(Deed.STOP_BULK, bulk, actor, now))
    return replace(bulk, state=BulkState.STOPPED, ended_at=now)


def _make(
    asked: BulkRequest, key: str | None, actor: Actor, sight: Sight, now: datetime
) -> StoredBulk:
    bulk_id = str(uuid4() if key is None else uuid5(_find_namespace(actor, sight), key))
    said = asked.model_dump_json(by_alias=True, exclude_defaults=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return _describe(asked.action, bulk_id, digest, replace(actor, reason=asked.reason), sight, now)


def _find_namespace(actor: Actor, sight: Sight) -> UUID:
    """An admin's keys of all tenants are none of the tenant that the admin's own jobs are of."""
    own = uuid5(NAMESPACE, actor.principal.tenant)
    return own if sight == actor.principal.tenant else uuid5(own, sight or "")


def _describe(
    kind: BulkKind, bulk_id: str, digest: str, actor: Actor, sight: Sight, now: datetime
) -> StoredBulk:
    """One that begins, whose jobs are not counted yet."""
    return StoredBulk(
        bulk_id=bulk_id,
        sight=sight,
        digest=digest,
        kind=kind,
        state=BulkState.RUNNING,
        actor=actor,
        total=0,
        created_at=now,
        ended_at=None,
        place=Place(to_us(now), bulk_id),
        counts={},
    )


def _tell(deed: Deed, bulk: StoredBulk, actor: Actor, now: datetime, **more: str) -> Act:
    said = {"action": bulk.kind.value, "jobs": bulk.total, **more}
    who = replace(actor, reason=actor.reason or bulk.actor.reason)
    return make_act(who, deed, bulk.bulk_id, bulk.sight, now, None, said)
