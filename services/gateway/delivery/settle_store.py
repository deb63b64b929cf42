"""What came of an attempt, into the tables: its log, its delivery, and how its endpoint stands."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    case,
    cast,
    delete,
    insert,
    select,
    update,
)

from schemas.api.act import Deed
from schemas.api.key import Role
from services.gateway.access.actor import Actor
from services.gateway.access.principal import Principal
from services.gateway.act.store import make_act, note_act
from services.gateway.api.request_info import RequestInfo
from services.gateway.database.moment import to_us
from services.gateway.delivery.delivery import Attempt, Claim, DeliveryState
from services.gateway.delivery.endpoint import DisabledWhy, StoredEndpoint
from services.gateway.delivery.endpoint_store import lock_endpoint, save_endpoint
from services.gateway.delivery.queue_store import update_next
from services.gateway.delivery.schedule import Schedule, Verdict, find_share, judge
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES

KEPT_ATTEMPTS = 20
AT_A_TIME = 1_000
"""Deliveries whose turn an absence has used up, in one transaction."""

BY = "gateway"

_C = DELIVERIES.c
_ONE = update(DELIVERIES).where(_C.delivery_id == bindparam("which"))
_MINE = _ONE.where(_C.state == DeliveryState.SENDING, _C.due_us == bindparam("until_us"))
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
class Rules:
    """By what an attempt is settled.

    Attributes:
        window: For so long an endpoint may fail.
        draw: 0 to 1, for the jitter.
    """

    now: datetime
    schedule: Schedule
    window: timedelta
    draw: float


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


def settle(connection: Connection, claim: Claim, attempt: Attempt, rules: Rules) -> Settled | None:
    """Keep what came of an attempt; None where its endpoint was deleted meanwhile."""
    before = lock_endpoint(connection, claim.endpoint.endpoint_id)
    if before is None:
        return None
    verdict = judge(attempt)
    state = _settle_delivery(connection, claim, attempt, verdict, rules)
    _log(connection, claim, attempt)
    # What another address has answered says nothing of the one that it has now.
    is_same = before.url == claim.endpoint.url
    after = _settle_endpoint(before, attempt, verdict, rules) if is_same else before
    save_endpoint(connection, after, None)
    if verdict is Verdict.AWAY:
        _use_up_turns(connection, before.endpoint_id, rules)
    if verdict is Verdict.TAKEN and before.absences:
        told = {"id": before.endpoint_id, "now_us": to_us(rules.now)}
        connection.execute(_TRIED.values(due_us=to_us(rules.now)), told)
    update_next(connection, after)
    return _note_change(connection, before, after, Settled(verdict, state), rules.now)


def _settle_delivery(
    connection: Connection, claim: Claim, attempt: Attempt, verdict: Verdict, rules: Rules
) -> DeliveryState:
    was = claim.delivery
    attempts = was.attempts + (claim.was_due and verdict is not Verdict.TAKEN)
    state, due_at = DeliveryState.PENDING, was.due_at
    if verdict is Verdict.TAKEN:
        state = DeliveryState.DELIVERED
    elif verdict is Verdict.GONE:
        state = DeliveryState.FAILED
    elif claim.was_due:
        delay = rules.schedule.find_delay(attempts, rules.draw)
        asked = timedelta(seconds=attempt.retry_after_s or 0)
        state = DeliveryState.FAILED if delay is None else state
        due_at = rules.now + max(delay or asked, asked)
    said = {"last_status": attempt.status, "last_error": attempt.error, "sent": was.sent + 1}
    change = {"state": state, "due_us": to_us(due_at), "attempts": attempts, "holder": None}
    which = {"which": was.delivery_id, "until_us": to_us(claim.until)}
    # One that was claimed anew meanwhile is another's to settle, unless it has been taken.
    query = _ONE if verdict is Verdict.TAKEN else _MINE
    connection.execute(query.values(said | change), which)
    return state


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


def _log(connection: Connection, claim: Claim, attempt: Attempt) -> None:
    said = {
        "url": attempt.url,
        "request_headers": attempt.request_headers,
        "answer_headers": attempt.answer_headers,
        "answer_body": attempt.answer_body,
    }
    number = claim.delivery.sent + 1
    row = {
        "delivery_id": claim.delivery.delivery_id,
        "number": number,
        "at_us": to_us(attempt.at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error": attempt.error,
        "said": json.dumps(said, ensure_ascii=False),
    }
    same = ATTEMPTS.c.delivery_id == row["delivery_id"]
    # A request that a dead gateway's claim had repeated may have taken this number.
    gone = (ATTEMPTS.c.number >= number) | (ATTEMPTS.c.number <= number - KEPT_ATTEMPTS)
    connection.execute(delete(ATTEMPTS).where(same, gone))
    connection.execute(insert(ATTEMPTS), row)


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
