"""Reads what servers say of when to come back, and of how much is left until then."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite

from services.lifecycle.clock import utc_now

KINDS = ("requests", "tokens")
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")
UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
MAX_RESET_S = 900.0


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait, in seconds, a day at most: a number or an HTTP date."""
    milliseconds = read_number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1000, UNITS_S["d"])
    text = headers.get("retry-after")
    seconds = read_number(text)
    if text is not None and seconds is None:
        seconds = _read_date(text)
    return None if seconds is None else min(seconds, UNITS_S["d"])


def _read_date(text: str) -> float | None:
    try:
        return max(0.0, (parsedate_to_datetime(text) - utc_now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def read_pause(headers: Mapping[str, str]) -> float | None:
    """How long until something is left, in seconds; None where something is, or nothing is said."""
    resets = [
        read_reset(headers.get(f"x-ratelimit-reset-{kind}"))
        for kind in KINDS
        if read_number(headers.get(f"x-ratelimit-remaining-{kind}")) == 0
    ]
    told = [min(reset_s, MAX_RESET_S) for reset_s in resets if reset_s]
    return max(told) if told else None


def read_reset(text: str | None) -> float | None:
    """Read `1s`, `6m0s`, `20ms` or a number of seconds; None for anything else."""
    if text is None:
        return None
    parts = DURATION.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text.strip():
        return sum(float(number) * UNITS_S[unit] for number, unit in parts)
    seconds = read_number(text)
    # Some servers give a point in time, which is no number of seconds to wait.
    return seconds if seconds is not None and seconds < UNITS_S["d"] else None


def read_number(text: str | None) -> float | None:
    """Read a number, not below 0 and not without an end; None for anything else."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if isfinite(number) else None
