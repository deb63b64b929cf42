"""What came of requests to an endpoint, into the tables: their deliveries, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, case, cast, select, update

from schemas.api.act import Deed
from schemas.api.key import Role
from services.gateway.access.actor import Actor
from services.gateway.access.principal import Principal
from services.gateway.act.store import make_act, note_act
from services.gateway.api.request_info import RequestInfo
from services.gateway.database.moment import to_us
from services.gateway.delivery.attempt_store import (
    Rules,
    decide_state,
    note_attempts,
    save_deliveries,
)
from services.gateway.delivery.delivery import Attempt, DeliveryState, Sent
from services.gateway.delivery.endpoint import DisabledWhy, StoredEndpoint
from services.gateway.delivery.endpoint_store import lock_endpoint, save_endpoint
from services.gateway.delivery.queue_store import update_next
from services.gateway.delivery.schedule import Verdict, find_share, judge
from services.gateway.delivery.table import DELIVERIES

AT_A_TIME = 1_000
"""Deliveries whose turn an absence has used up, in one transaction."""

BY = "gateway"

_C = DELIVERIES.c
_OF = _C.endpoint_id == bindparam("id")
_PENDING = _C.state == DeliveryState.PENDING
_WAITING_TURN = (
    select(_C.delivery_id)
    .where(_OF, _PENDING, bindparam("now_us") >= _C.due_us)
    .order_by(_C.sequence)
    .limit(AT_A_TIME)
)
_TRIED = update(DELIVERIES).where(_OF, _PENDING, _C.attempts > 0, _C.due_us > bindparam("now_us"))


@dataclass(frozen=True)
class Settled:
    """What came of an attempt.

    Attributes:
        state: Of the delivery.
        told_percent: What is new of the endpoint's time to fail; None where nothing is.
    """

    verdict: Verdict
    state: DeliveryState
    told_percent: int | None = None
    disabled_why: DisabledWhy | None = None


def settle(connection: Connection, sent: Sequence[Sent], rules: Rules) -> list[Settled]:
    """Keep what came of requests to one endpoint, in the order in which they ended.

    Returns:
        What each came to; nothing where the endpoint was deleted meanwhile.
    """
    endpoint = lock_endpoint(connection, sent[0].claim.endpoint.endpoint_id) if sent else None
    if endpoint is None:
        return []
    save_deliveries(connection, sent, rules)
    note_attempts(connection, sent)
    settled = []
    for one in sent:
        before, verdict = endpoint, judge(one.attempt)
        # What another address has answered says nothing of the one that it has now.
        if before.url == one.claim.endpoint.url:
            endpoint = _settle_endpoint(before, one.attempt, verdict, rules)
        _settle_others(connection, before, verdict, rules)
        came_to = Settled(verdict, decide_state(one, rules)[0])
        settled.append(_note_change(connection, before, endpoint, came_to, rules.now))
    save_endpoint(connection, endpoint, None)
    update_next(connection, endpoint)
    return settled


def _settle_endpoint(
    before: StoredEndpoint, attempt: Attempt, verdict: Verdict, rules: Rules
) -> StoredEndpoint:
    now = rules.now
    if verdict is Verdict.TAKEN:
        return before.begin_anew()
    after = replace(before, failing_since=before.failing_since or now)
    if verdict is Verdict.AWAY:
        absences = before.absences + 1
        hold = rules.schedule.find_hold(absences, attempt.retry_after_s, rules.draw)
        held_until = now + hold
        after = replace(after, absences=absences, held_until=held_until)
    share = after.failing_share(now, rules.window)
    after = replace(after, told_percent=find_share(before.told_percent, share))
    # Where jobs name the addresses, one that is gone says nothing of the others.
    is_gone = verdict is Verdict.GONE and not before.is_for_jobs
    if before.disabled_at is not None or not (is_gone or share >= 1):
        return after
    why = DisabledWhy.GONE if is_gone else DisabledWhy.FAILING
    return replace(after, disabled_at=now, disabled_why=why)


def _settle_others(
    connection: Connection, before: StoredEndpoint, verdict: Verdict, rules: Rules
) -> None:
    """What an endpoint that is away, or is back, means for what else there is for it."""
    if verdict is Verdict.AWAY:
        _use_up_turns(connection, before.endpoint_id, rules)
    if verdict is Verdict.TAKEN and before.absences:
        told = {"id": before.endpoint_id, "now_us": to_us(rules.now)}
        connection.execute(_TRIED.values(due_us=to_us(rules.now)), told)


def _use_up_turns(connection: Connection, endpoint_id: str, rules: Rules) -> None:
    """What was due for an endpoint that is away could not be delivered either."""
    told = {"id": endpoint_id, "now_us": to_us(rules.now)}
    due = connection.execute(_WAITING_TURN, told).scalars().all()
    if not due:
        return
    most = rules.schedule.attempts
    delays = {n: rules.schedule.find_delay(n + 1, rules.draw) for n in range(most)}
    later = {n: to_us(rules.now + delay) for n, delay in delays.items() if delay is not None}
    change = {
        "attempts": _C.attempts + 1,
        "due_us": case(
            *((_C.attempts == n, cast(due_us, BigInteger)) for n, due_us in later.items()),
            else_=_C.due_us,
        ),
        "state": case((_C.attempts + 1 >= most, DeliveryState.FAILED.value), else_=_C.state),
    }
    which = update(DELIVERIES).where(_C.delivery_id.in_(due))
    connection.execute(which.values(change))


def _note_change(
    connection: Connection,
    before: StoredEndpoint,
    after: StoredEndpoint,
    settled: Settled,
    now: datetime,
) -> Settled:
    was = {"state": "failing" if before.failing_since else "active"}
    if after.disabled_at is not None and before.disabled_at is None:
        why = DisabledWhy(after.disabled_why or "")
        told = {"state": "disabled", "why": why.value}
        _note_act(connection, after, Deed.DISABLE_WEBHOOK, now, was, told)
        return replace(settled, disabled_why=why)
    if after.told_percent > before.told_percent:
        percent = after.told_percent
        told = {"state": "failing", "percentOfTime": str(percent)}
        _note_act(connection, after, Deed.WARN_WEBHOOK, now, was, told)
        return replace(settled, told_percent=percent)
    return settled


def _note_act(
    connection: Connection,
    endpoint: StoredEndpoint,
    deed: Deed,
    now: datetime,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    actor = Actor(Principal(endpoint.tenant, Role.ADMIN, "", BY), RequestInfo("", ""))
    told = (endpoint.endpoint_id, endpoint.tenant, now, before, after)
    note_act(connection, make_act(actor, deed, *told))
