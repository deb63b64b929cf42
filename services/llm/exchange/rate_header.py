"""Reads what servers say of when to come back, and of how much is left until then.

A time is a number of seconds, a duration as `6m0s`, or a point in time: as HTTP, ISO 8601 or Unix
has it, in seconds or milliseconds. What is left until a point in time is counted from the server's
own `Date`, since either of the two clocks may be wrong.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

from services.lifecycle.clock import utc_now

DURATION = re.compile(
    r"(\d+(?:\.\d+)?) ?(ms|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?|[smhd])(?![a-z]),? ?"
)
UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
MAX_RESET_S = 900.0
DAY_S = UNITS_S["d"]
EPOCH_S, EPOCH_MS = 1e9, 1e12
"""From here on a number is a point in time."""
LEFT = re.compile(
    r"(?:x-|anthropic-)?rate-?limit-(?:"
    r"remaining(?:-(?:requests|tokens)(?:-(?:second|minute|hour|day|month))?)?"
    r"|(?:requests|tokens|input-tokens|output-tokens)-remaining)",
    re.IGNORECASE,
)
"""The headers that say how much is left; the one with `reset` in its place says until when."""
LEFT_IN_DRAFT = re.compile(r";\s*r=0\b.*?;\s*t=(\d+)")


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait, in seconds, a day at most."""
    milliseconds = read_number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1000, DAY_S)
    seconds = read_reset(headers.get("retry-after"), _read_date(headers.get("date")))
    return None if seconds is None else min(seconds, DAY_S)


def read_pause(headers: Mapping[str, str]) -> float | None:
    """How long until something is left, in seconds; None where something is, or nothing is said."""
    told_at = _read_date(headers.get("date"))
    resets = [
        read_reset(headers.get(name.lower().replace("remaining", "reset")), told_at)
        for name, left in headers.items()
        if LEFT.fullmatch(name) and read_number(left) == 0
    ]
    draft = LEFT_IN_DRAFT.search(headers.get("ratelimit") or "")
    resets.append(read_number(draft[1]) if draft else None)
    told = [min(reset_s, MAX_RESET_S) for reset_s in resets if reset_s]
    return max(told) if told else None


def read_reset(text: str | None, told_at: datetime | None = None) -> float | None:
    """How long until a time, in seconds; 0 for one that is over, None for what is no time.

    Args:
        told_at: When it was told, by the clock of the server; None for now.
    """
    text = (text or "").strip()
    seconds = read_duration(text)
    if seconds is None:
        seconds = read_number(text)
    if seconds is not None and seconds < EPOCH_S:
        return seconds
    at = _read_date(text) if seconds is None else _read_epoch(seconds)
    return None if at is None else _count_until(at, told_at)


def read_duration(text: str) -> float | None:
    """Read `1s`, `6m0s`, `20ms` or `2 minutes`, in seconds; None for anything else."""
    parts = list(DURATION.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return sum(
        float(part[1]) * UNITS_S[part[2] if part[2] == "ms" else part[2][0]] for part in parts
    )


def read_number(text: str | None) -> float | None:
    """Read a number, not below 0 and not without an end; None for anything else."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if isfinite(number) else None


def _count_until(at: datetime, told_at: datetime | None) -> float:
    """The server's own clock counts, unless it leads too far to be right."""
    now = utc_now()
    left_s = [(at - since).total_seconds() for since in (told_at or now, now)]
    return max(0.0, next((one for one in left_s if one <= DAY_S), min(left_s)))


def _read_epoch(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if number >= EPOCH_MS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_date(text: str | None) -> datetime | None:
    """A point in time as HTTP or ISO 8601 has it; without a zone it is UTC."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text or "")
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
