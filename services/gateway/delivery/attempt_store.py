"""What came of requests, into the tables: where their deliveries stand now, and their log."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, update

from services.gateway.database.moment import to_us
from services.gateway.delivery.delivery import DeliveryState, Sent
from services.gateway.delivery.schedule import Schedule, Verdict, judge
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES

KEPT_ATTEMPTS = 20

_C = DELIVERIES.c
_SAY = (
    update(DELIVERIES)
    .where(_C.delivery_id == bindparam("which"))
    .values(
        state=bindparam("to_state"),
        due_us=bindparam("to_due_us"),
        attempts=bindparam("to_attempts"),
        sent=bindparam("to_sent"),
        last_status=bindparam("to_status"),
        last_error=bindparam("to_error"),
        holder=None,
    )
)
_SAY_OF_MINE = _SAY.where(_C.state == DeliveryState.SENDING, _C.due_us == bindparam("until_us"))
_FORGET = delete(ATTEMPTS).where(
    ATTEMPTS.c.delivery_id == bindparam("which"),
    or_(ATTEMPTS.c.number >= bindparam("its"), ATTEMPTS.c.number <= bindparam("too_old")),
)


@dataclass(frozen=True)
class Rules:
    """By what attempts are settled.

    Attributes:
        window: For so long an endpoint may fail.
        draw: 0 to 1, for the jitter.
    """

    now: datetime
    schedule: Schedule
    window: timedelta
    draw: float


def save_deliveries(connection: Connection, sent: Sequence[Sent], rules: Rules) -> None:
    """Keep where deliveries stand, each by the latest attempt of it."""
    taken, left = list[dict[str, Any]](), list[dict[str, Any]]()
    for one in sent:
        row = _write_delivery(one, rules)
        # One that was claimed anew meanwhile is another's to settle, unless it has been taken.
        if judge(one.attempt) is Verdict.TAKEN:
            taken.append(row)
        else:
            left.append(row | {"until_us": to_us(one.claim.until)})
    for query, rows in ((_SAY, taken), (_SAY_OF_MINE, left)):
        if rows:
            connection.execute(query, rows)


def decide_state(one: Sent, rules: Rules) -> tuple[DeliveryState, datetime, int]:
    """Where a delivery stands, when it is due, and how often it has come to nothing. Pure."""
    was, attempt, verdict = one.claim.delivery, one.attempt, judge(one.attempt)
    if verdict is Verdict.TAKEN:
        return DeliveryState.DELIVERED, was.due_at, was.attempts
    attempts = was.attempts + one.claim.was_due
    if verdict is Verdict.GONE:
        return DeliveryState.FAILED, was.due_at, attempts
    if not one.claim.was_due:
        return DeliveryState.PENDING, was.due_at, attempts
    delay = rules.schedule.find_delay(attempts, rules.draw)
    asked = timedelta(seconds=attempt.retry_after_s or 0)
    state = DeliveryState.FAILED if delay is None else DeliveryState.PENDING
    return state, rules.now + max(delay or asked, asked), attempts


def note_attempts(connection: Connection, sent: Sequence[Sent]) -> None:
    """Keep the log of deliveries, the latest attempts of each."""
    rows = [_write_attempt(one) for one in sent]
    numbers = [(row["delivery_id"], row["number"]) for row in rows]
    # A request that a dead gateway's claim had repeated may have taken this number.
    gone = [{"which": i, "its": n, "too_old": n - KEPT_ATTEMPTS} for i, n in numbers]
    connection.execute(_FORGET, gone)
    connection.execute(insert(ATTEMPTS), rows)


def _write_delivery(one: Sent, rules: Rules) -> dict[str, Any]:
    state, due_at, attempts = decide_state(one, rules)
    return {
        "which": one.claim.delivery.delivery_id,
        "to_state": state,
        "to_due_us": to_us(due_at),
        "to_attempts": attempts,
        "to_sent": one.claim.delivery.sent + 1,
        "to_status": one.attempt.status,
        "to_error": one.attempt.error,
    }


def _write_attempt(one: Sent) -> dict[str, Any]:
    delivery, attempt = one.claim.delivery, one.attempt
    said = {
        "url": attempt.url,
        "request_headers": attempt.request_headers,
        "answer_headers": attempt.answer_headers,
        "answer_body": attempt.answer_body,
    }
    return {
        "delivery_id": delivery.delivery_id,
        "number": delivery.sent + 1,
        "at_us": to_us(attempt.at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error": attempt.error,
        "said": json.dumps(said, ensure_ascii=False),
    }
