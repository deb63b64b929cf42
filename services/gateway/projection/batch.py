"""Folds a batch of records into the tables, in the transaction that moves the offsets on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.kafka.control import NO_JOB
from schemas.kafka.topics import TopicRole
from services.gateway.database.database import Connection
from services.gateway.dead_letter.projection import save_orphans
from services.gateway.job.reservation_store import forget_requests, let_go
from services.gateway.lease.share import Share
from services.gateway.projection.store import Tell, apply_facts, tell_nobody
from services.gateway.projection.unread_store import count_unread, forget_unread, keep_unread
from services.gateway.record.opened_record import LaterReleaseError, UnreadableRecordError
from services.gateway.record.orphan import OrphanLetter
from services.gateway.record.reader import read_record
from services.gateway.status.change import Change
from services.gateway.status.fact import Fact
from services.gateway.status.state import rests_on_request
from services.kafka import ConsumedRecord, Position
from services.lifecycle.failpoint import Failpoints, Point
from services.telemetry.log import get_log
from services.telemetry.metric import PROJECTOR_RECORDS, PROJECTOR_SKIPPED, PROJECTOR_UNREAD

MAX_UNREAD = 100_000
"""Records of a later release that are kept at most; tables filled anew have those beyond, too."""

log = get_log()


@dataclass(frozen=True)
class BatchFolding:
    """Folds records of the topics whose parts are known.

    Attributes:
        is_aside: Whether the tables are beside the live ones, so that nobody is to be told of what
            is folded, and own tables are left as they are.
    """

    roles: Mapping[str, TopicRole]
    failpoints: Failpoints
    share: Share
    tell: Tell = tell_nobody
    is_aside: bool = False

    def apply(
        self,
        connection: Connection,
        records: Sequence[ConsumedRecord],
        positions: Mapping[Position, int],
    ) -> tuple[Change, ...]:
        """Fold records, and go on to the next offsets."""
        read = [self._read(record) for record in records]
        save_orphans(connection, [item for item in read if isinstance(item, OrphanLetter)])
        if later := [item for item in read if isinstance(item, ConsumedRecord)]:
            _keep(connection, later)
        facts = [item for item in read if isinstance(item, Fact)]
        changes = apply_facts(connection, facts, positions, self.tell)
        if not self.is_aside:
            self._follow_up(connection, changes)
        return changes

    def apply_again(self, connection: Connection, record: ConsumedRecord) -> tuple[Change, ...]:
        """Fold a record that was kept, or keep it again."""
        forget_unread(connection, record)
        return self.apply(connection, [record], {})

    def _follow_up(self, connection: Connection, changes: Sequence[Change]) -> None:
        """What follows outside of the projected tables. The reservation of a new job goes."""
        waiting = {change.job_id for change in changes if rests_on_request(change.after.fold)}
        new = [change.job_id for change in changes if change.before is None]
        let_go(connection, new, waiting)
        forget_requests(connection, [c.job_id for c in changes if _needs_request_no_more(c)])
        self.share.announce(connection, [change.job_id for change in changes])
        self.failpoints.reach(Point.FOLDED)

    def _read(self, record: ConsumedRecord) -> Fact | OrphanLetter | ConsumedRecord | None:
        """What a record says; itself where only a later release knows, None for nothing."""
        role = self.roles[record.topic]
        if record.key == NO_JOB:
            PROJECTOR_SKIPPED.labels("no job").inc()
            return None
        try:
            read = read_record(role, record)
        except LaterReleaseError as error:
            log.warning("record_kept", reason=error.reason, **_tell_place(record))
            return record
        except UnreadableRecordError as error:
            set_aside(record, error.reason)
            return None
        PROJECTOR_RECORDS.labels(role.kind.label).inc()
        return read


def _needs_request_no_more(change: Change) -> bool:
    before = change.before
    was_waiting = before is not None and rests_on_request(before.fold)
    return was_waiting and not rests_on_request(change.after.fold)


def _keep(connection: Connection, later: Sequence[ConsumedRecord]) -> None:
    room = max(0, MAX_UNREAD - count_unread(connection))
    keep_unread(connection, later[:room])
    for record in later[room:]:
        set_aside(record, "no room")
    PROJECTOR_UNREAD.set(count_unread(connection))


def set_aside(record: ConsumedRecord, reason: str, **told: object) -> None:
    """Say that a record is passed over."""
    PROJECTOR_SKIPPED.labels(reason).inc()
    log.warning("record_skipped", reason=reason, **_tell_place(record), **told)


def _tell_place(record: ConsumedRecord) -> dict[str, object]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
