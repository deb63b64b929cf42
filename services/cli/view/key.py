"""How API keys look in a terminal."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from schemas.api.key import ApiKey
from services.cli.view.listing import Cell, print_list
from services.cli.view.time import show_age, show_moment

HEADINGS = ("key", "tenant", "role", "used", "ends", "made", "name")
LEAST_NAME_CELLS = 12
NEVER = "never"


def print_keys(keys: Sequence[ApiKey], console: Console, now: datetime) -> None:
    """Keys, a line each."""
    rows = [_cells(key, now) for key in keys]
    print_list(console, HEADINGS, rows, LEAST_NAME_CELLS)


def key_line(key: ApiKey) -> str:
    """A key in a line: which, whose, and what it may do."""
    return f"bsk_{key.id}  {key.tenant}  {key.role.value}  {key.name}"


def _cells(key: ApiKey, now: datetime) -> tuple[Cell, ...]:
    used = key.last_used_at
    return (
        Cell(f"bsk_{key.id}"),
        Cell(key.tenant),
        Cell(key.role.value),
        Cell(show_moment(used), show_age(used, now)) if used else Cell(NEVER),
        Cell(_tell_end(key, now)),
        Cell(show_moment(key.created_at), show_age(key.created_at, now)),
        Cell(key.name),
    )


def _tell_end(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.ends_at is None:
        return NEVER
    return "expired" if now >= key.ends_at else show_moment(key.ends_at)
