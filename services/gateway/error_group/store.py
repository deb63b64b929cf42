"""Groups of errors in the tables: read from the dead letters and the gateway's own, decided on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from schemas.api.error_group import ErrorSource, GroupState
from schemas.kafka.headers import cut, salvage_headers
from services.gateway.database.moment import from_us, to_us
from services.gateway.database.sight import ALL_TENANTS, Sight, narrow_list
from services.gateway.database.upsert import insert_missing, upsert
from services.gateway.dead_letter.stored_letter import read_headers
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.error_group.group import Decision, Group
from services.gateway.error_group.own_error import OwnError
from services.gateway.error_group.table import DECISIONS, OWN_ERRORS
from services.gateway.error_group.webhook_store import read_webhook_groups
from services.gateway.record.orphan import PREFIX

MAX_GROUPS = 200
"""Of each source; what was seen last comes first."""

MAX_LATEST = 10
MAX_RELEASE_BYTES = 64
STAGES = frozenset({ErrorSource.TABLE, ErrorSource.COLUMN, ErrorSource.ROW})

_L, _O, _D = DEAD_LETTERS.c, OWN_ERRORS.c, DECISIONS.c
_JOB = case((_L.job_id.startswith(PREFIX, autoescape=True), None), else_=_L.job_id)
_LAST = func.max(_L.failed_us)
_OF_STAGES = (
    select(
        _L.fingerprint,
        _L.stage,
        func.min(_L.error_kind).label("kind"),
        func.min(_L.message).label("message"),
        func.count().label("number"),
        func.count(_JOB.distinct()).label("jobs"),
        func.count(_L.tenant.distinct()).label("tenants"),
        func.min(_L.failed_us).label("first_us"),
        _LAST.label("last_us"),
    )
    .group_by(_L.fingerprint, _L.stage)
    .order_by(_LAST.desc(), _L.fingerprint)
    .limit(MAX_GROUPS)
)
_OWN = select(OWN_ERRORS).order_by(_O.last_us.desc(), _O.fingerprint).limit(MAX_GROUPS)
_DECIDED = select(DECISIONS).where(_D.fingerprint.in_(bindparam("those", expanding=True)))
_LATEST = (
    select(_L.letter_id, _JOB.label("job"), _L.failed_us)
    .where(_L.fingerprint == bindparam("that"))
    .order_by(_L.failed_us.desc(), _L.letter_id)
    .limit(MAX_LATEST)
)
_LAST_HEADERS = (
    select(_L.headers)
    .where(_L.fingerprint == bindparam("that"), _L.stage == bindparam("of_stage"))
    .order_by(_L.failed_us.desc())
    .limit(1)
)
_COUNT = (
    update(OWN_ERRORS)
    .where(_O.fingerprint == bindparam("that"))
    .values(
        number=_O.number + bindparam("more"),
        last_us=case((_O.last_us > bindparam("seen"), _O.last_us), else_=bindparam("seen")),
        release=bindparam("by_release"),
    )
)
_PRUNE = delete(OWN_ERRORS).where(_O.last_us < bindparam("before"))
_UNDECIDE = delete(DECISIONS).where(_D.fingerprint == bindparam("that"))


class NoSuchErrorError(Exception):
    """No error with this fingerprint is known, or seen by who asks."""


def list_groups(
    connection: Connection, sight: Sight, fingerprint: str | None = None
) -> list[Group]:
    """The groups that are seen, the one that was seen last first.

    The gateway's own are nobody's, so they are seen by who sees all tenants. A webhook's are its
    tenant's, whom nobody else may name.

    Args:
        fingerprint: Only this one's; None for all.
    """
    groups = [*_read_stages(connection, sight, fingerprint)]
    webhooks = read_webhook_groups(connection, sight)
    groups += [group for group in webhooks if fingerprint in (None, group.fingerprint)]
    if sight is ALL_TENANTS:
        groups += _read_own(connection, fingerprint)
    decisions = _read_decisions(connection, (group.fingerprint for group in groups))
    decided = (replace(g, decision=decisions.get(g.fingerprint)) for g in groups)
    return sorted(decided, key=lambda group: group.last, reverse=True)


def show_groups(connection: Connection, sight: Sight) -> list[Group]:
    """The same with the release that failed last, for who looks at each."""
    return [_tell_release(connection, sight, group) for group in list_groups(connection, sight)]


def find_group(connection: Connection, sight: Sight, fingerprint: str) -> Group:
    """One group.

    Raises:
        NoSuchErrorError: There is none that is seen.
    """
    for group in list_groups(connection, sight, fingerprint):
        return _tell_release(connection, sight, group)
    raise NoSuchErrorError(fingerprint)


def list_latest(
    connection: Connection, sight: Sight, fingerprint: str
) -> list[tuple[str, str | None, datetime]]:
    """The latest errors of a group: dead letter, job (None for a stranger's) and time."""
    found = connection.execute(narrow_list(_LATEST, DEAD_LETTERS, sight), {"that": fingerprint})
    return [(row.letter_id, row.job, from_us(row.failed_us)) for row in found]


def decide(connection: Connection, fingerprint: str, decision: Decision | None) -> None:
    """Set what is decided of a group; None lets it be open again."""
    if decision is None:
        connection.execute(_UNDECIDE, {"that": fingerprint})
        return
    row = {"fingerprint": fingerprint, "state": decision.state.value, "by": decision.by}
    told = {"at_us": to_us(decision.at), "reason": decision.reason}
    upsert(connection, DECISIONS, [{**row, **told}])


def note_own(
    connection: Connection, errors: Iterable[OwnError], release: str, keep_since: datetime
) -> None:
    """Add what the gateway has counted, and forget what was not seen since a moment."""
    for error in errors:
        named = {"fingerprint": error.fingerprint, "kind": error.kind, "message": error.message}
        seen = {"number": 0, "first_us": to_us(error.first), "last_us": to_us(error.last)}
        insert_missing(connection, OWN_ERRORS, [{**named, **seen, "release": release}])
        told = {"that": error.fingerprint, "more": error.count, "seen": to_us(error.last)}
        connection.execute(_COUNT, told | {"by_release": release})
    connection.execute(_PRUNE, {"before": to_us(keep_since)})


def _read_stages(connection: Connection, sight: Sight, only: str | None) -> Iterator[Group]:
    query = narrow_list(_OF_STAGES, DEAD_LETTERS, sight)
    query = query if only is None else query.where(_L.fingerprint == only)
    for row in connection.execute(query):
        counts = (row.number, row.jobs, row.tenants, from_us(row.first_us), from_us(row.last_us))
        yield Group(row.fingerprint, ErrorSource(row.stage), row.kind, row.message, *counts)


def _tell_release(connection: Connection, sight: Sight, group: Group) -> Group:
    """A stage's group with the release of the agent that gave up last."""
    if group.source not in STAGES:
        return group
    query = narrow_list(_LAST_HEADERS, DEAD_LETTERS, sight)
    told = {"that": group.fingerprint, "of_stage": group.source}
    headers: str = connection.execute(query, told).scalar_one()
    release = salvage_headers(read_headers(headers)).release
    return group if release is None else replace(group, release=cut(release, MAX_RELEASE_BYTES))


def _read_own(connection: Connection, only: str | None) -> Iterator[Group]:
    query = _OWN if only is None else _OWN.where(_O.fingerprint == only)
    for row in connection.execute(query):
        seen = (from_us(row.first_us), from_us(row.last_us), row.release)
        counts = (row.number, 0, 0)
        yield Group(row.fingerprint, ErrorSource.GATEWAY, row.kind, row.message, *counts, *seen)


def _read_decisions(connection: Connection, fingerprints: Iterable[str]) -> dict[str, Decision]:
    rows: Any = connection.execute(_DECIDED, {"those": list(fingerprints)})
    return {
        row.fingerprint: Decision(GroupState(row.state), from_us(row.at_us), row.by, row.reason)
        for row in rows
    }
