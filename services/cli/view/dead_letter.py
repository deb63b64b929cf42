"""How dead letters look in a terminal."""

from collections.abc import Iterator
from uuid import UUID

from schemas.api.dead_letter import DeadLetter, DeadLetterGroup, DeadLetterRecord, SkippedLetter
from services.cli.terminal.text import plain

UUID_CHARS = 36


def letter_line(letter: DeadLetter) -> str:
    """A dead letter in one line."""
    return "  ".join(
        (
            f"{letter.id:<14}",
            show_job(letter.job_id),
            f"{letter.failed_at:%Y-%m-%d %H:%M:%S}",
            letter.state.value,
            _failure(letter),
            f"attempts {letter.attempts}",
            f"redrive {letter.redrive}",
            letter.fingerprint,
            plain(letter.message)[:100],
        )
    )


def skipped_line(letter: SkippedLetter) -> str:
    """A dead letter that is not put back in one line."""
    return f"{letter.id:<14}  {show_job(letter.job_id)}  {plain(letter.reason)}"


def group_line(group: DeadLetterGroup) -> str:
    """A group of dead letters in one line."""
    return "  ".join(
        (
            f"{group.count:>6}",
            group.fingerprint,
            f"{group.stage.value:<6}",
            group.error_kind.value,
            f"last {group.last_failed_at:%Y-%m-%d %H:%M:%S}",
            plain(group.message)[:100],
        )
    )


def record_lines(letter: DeadLetterRecord) -> Iterator[str]:
    """A dead letter in full."""
    yield letter_line(letter)
    yield plain(letter.message)
    if letter.discard is not None:
        told = letter.discard
        yield plain(f"discarded by {told.by or 'nobody known'}: {told.reason}")
    for name, text in letter.headers.items():
        yield plain(f"{name}: {text}")
    form = "base64" if letter.is_base64 else "text"
    yield f"{letter.size_bytes} bytes as {form}{', cut' if letter.is_cut else ''}"
    yield plain(letter.value or "")


def show_job(job_id: UUID | None) -> str:
    """The id of a job, or as wide a text where there is none."""
    return f"{job_id or 'no job'!s:<{UUID_CHARS}}"


def _failure(letter: DeadLetter) -> str:
    return f"{letter.error_kind.value}{f'/{plain(letter.error_code)}' if letter.error_code else ''}"
