"""How a moment looks: as an age in a list, in full with its age elsewhere."""

import math
from datetime import UTC, datetime

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
NOW = "now"


def show_age(at: datetime, now: datetime) -> str:
    """How long ago it was, in the largest unit that is whole; `now` for less than a second."""
    seconds = int((now - at).total_seconds())
    return next((f"{seconds // size} {unit}" for unit, size in UNITS if seconds >= size), NOW)


def show_moment(at: datetime) -> str:
    """The moment to the second, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def show_moment_and_age(at: datetime, now: datetime) -> str:
    """The moment, and how long ago it was."""
    age = show_age(at, now)
    return f"{show_moment(at)} ({age if age == NOW else f'{age} ago'})"


def show_due(in_s: float) -> str:
    """When it is tried again; whose time is over waits for the stage, which may be parked."""
    return f"again in {math.ceil(in_s)} s" if in_s > 0 else "due for its next try"


def show_span(seconds: float) -> str:
    """How long something took, or has taken so far."""
    if seconds < 60:
        return f"{max(0.0, seconds):.1f} s"
    whole = int(seconds)
    (size, large), (step, small) = next(
        ((UNITS[at][1], UNITS[at][0]), (UNITS[at + 1][1], UNITS[at + 1][0]))
        for at in range(len(UNITS))
        if whole >= UNITS[at][1]
    )
    return f"{whole // size} {large} {whole % size // step} {small}"
