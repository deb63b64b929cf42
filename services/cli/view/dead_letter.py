"""How dead letters look in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console

from schemas.api.dead_letter import DeadLetter, DeadLetterGroup, DeadLetterRecord, SkippedLetter
from services.cli.terminal.number import times
from services.cli.terminal.text import plain
from services.cli.view.listing import SHORT_ID, Cell, print_list
from services.cli.view.time import show_age, show_moment, show_moment_and_age

LEAST_MESSAGE_CELLS = 24
LETTER_HEADINGS = ("letter", "job", "age", "", "failure", "", "", "", "why")
GROUP_HEADINGS = ("count", "group", "stage", "last", "kind", "why")


def print_letters(letters: Sequence[DeadLetter], console: Console, now: datetime) -> None:
    """Dead letters, a line each."""
    rows = [_letter_cells(letter, now) for letter in letters]
    print_list(console, LETTER_HEADINGS, rows, LEAST_MESSAGE_CELLS)


def _letter_cells(letter: DeadLetter, now: datetime) -> tuple[Cell, ...]:
    return (
        Cell(letter.id),
        Cell(str(letter.job_id or ""), str(letter.job_id or "no job")[:SHORT_ID]),
        Cell(show_moment(letter.failed_at), show_age(letter.failed_at, now)),
        Cell(letter.state.value),
        Cell(_failure(letter)),
        Cell(f"attempts {letter.attempts}"),
        Cell(f"redrive {letter.redrive}"),
        Cell(letter.fingerprint),
        Cell(letter.message),
    )


def print_groups(groups: Sequence[DeadLetterGroup], console: Console, now: datetime) -> None:
    """Groups of dead letters, a line each."""
    rows = [
        (
            Cell(str(group.count)),
            Cell(group.fingerprint),
            Cell(group.stage.value),
            Cell(show_moment(group.last_failed_at), show_age(group.last_failed_at, now)),
            Cell(group.error_kind.value),
            Cell(group.message),
        )
        for group in groups
    ]
    print_list(console, GROUP_HEADINGS, rows, LEAST_MESSAGE_CELLS)


def letter_line(letter: DeadLetter) -> str:
    """A dead letter in a line, for what is done with many: which, and why it failed."""
    return f"{letter.id}  job {letter.job_id or 'unknown'}  {_failure(letter)}"


def skipped_line(letter: SkippedLetter) -> str:
    """A dead letter that is not put back in one line."""
    return f"{letter.id}  job {letter.job_id or 'unknown'}  {plain(letter.reason)}"


def record_lines(letter: DeadLetterRecord, now: datetime) -> Iterator[str]:
    """A dead letter in full, but for its value."""
    told = {
        "letter": letter.id,
        "job": str(letter.job_id or "none: the record names no job"),
        "state": letter.state.value,
        "failure": _failure(letter),
        "why": letter.message,
        "failed": show_moment_and_age(letter.failed_at, now),
        "attempts": f"{letter.attempts}, {times(letter.redrive)} put back before",
        "group": letter.fingerprint,
    }
    if letter.discard is not None:
        put_aside = letter.discard
        told["discarded"] = f"by {put_aside.by or 'nobody known'}: {put_aside.reason}"
    for name, text in told.items():
        yield plain(f"{name:<10} {text}")
    yield "headers:"
    for name, text in letter.headers.items():
        yield plain(f"  {name}: {text}")


def value_form(letter: DeadLetterRecord) -> str:
    """How the bytes of a dead letter are shown."""
    return f"{'base64' if letter.is_base64 else 'text'}{', cut' if letter.is_cut else ''}"


def _failure(letter: DeadLetter) -> str:
    return f"{letter.error_kind.value}{f'/{plain(letter.error_code)}' if letter.error_code else ''}"
