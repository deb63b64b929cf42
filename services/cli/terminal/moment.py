"""Moments as options: an age, a date, or a moment with or without its zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from services.lifecycle.clock import utc_now

AGE = re.compile(r"([0-9]{1,6})\s?(s|m|h|d|w)", re.ASCII)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Moment(click.ParamType):
    """A moment in UTC. A date, or a time without a zone, is of this machine's zone."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read what was typed."""
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(value, utc_now())
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no moment: give an age like 2h or 3d, a date like 2026-11-26, or"
                " a time like 2026-11-26T12:00",
                param,
                ctx,
            )


def read_moment(text: str, now: datetime) -> datetime:
    """Read a moment.

    Raises:
        ValueError: It is none.
    """
    if age := AGE.fullmatch(text.strip()):
        return now - timedelta(**{UNITS[age.group(2)]: int(age.group(1))})
    return datetime.fromisoformat(text.strip()).astimezone(UTC)
