"""How errors that are alike look in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console

from schemas.api.error_group import ErrorGroup, ErrorGroupDetail
from services.cli.terminal.text import plain
from services.cli.view.listing import Cell, print_list
from services.cli.view.time import show_age, show_moment, show_moment_and_age

LEAST_MESSAGE_CELLS = 24
HEADINGS = ("count", "error", "state", "source", "last", "kind", "why")


def print_errors(groups: Sequence[ErrorGroup], console: Console, now: datetime) -> None:
    """Groups of errors, a line each."""
    rows = [
        (
            Cell(str(group.count)),
            Cell(group.fingerprint),
            Cell(group.state.value),
            Cell(group.source.value),
            Cell(show_moment(group.last_seen_at), show_age(group.last_seen_at, now)),
            Cell(group.kind),
            Cell(group.message),
        )
        for group in groups
    ]
    print_list(console, HEADINGS, rows, LEAST_MESSAGE_CELLS)


def group_line(group: ErrorGroup) -> str:
    """A group in a line: which, what is decided of it, and what it is."""
    return plain(f"{group.fingerprint}  {group.state.value}  {group.kind}: {group.message}")


def detail_lines(group: ErrorGroupDetail, now: datetime) -> Iterator[str]:
    """A group in full, with the latest of its errors."""
    told = {
        "error": group.fingerprint,
        "state": group.state.value,
        "source": group.source.value,
        "kind": group.kind,
        "why": group.message,
        "count": f"{group.count} (jobs {group.jobs}, tenants {group.tenants})",
        "first": show_moment_and_age(group.first_seen_at, now),
        "last": show_moment_and_age(group.last_seen_at, now),
    }
    if group.release:
        told["release"] = group.release
    if group.decided_by:
        told["decided"] = f"by {group.decided_by}: {group.reason or 'no reason given'}"
    for name, text in told.items():
        yield plain(f"{name:<9} {text}")
    if group.latest:
        yield "latest:"
    for one in group.latest:
        yield plain(f"  {one.letter_id}  job {one.job_id or 'unknown'}")
