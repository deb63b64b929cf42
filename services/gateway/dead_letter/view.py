"""What the API shows of dead letters."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from schemas.api.dead_letter import (
    DeadLetter,
    DeadLetterGroup,
    DeadLetterRecord,
    Discard,
    RedriveResult,
    SkippedLetter,
)
from services.gateway.api.cursor import write_span_cursor
from services.gateway.database.moment import from_us
from services.gateway.dead_letter.bulk_redrive import Candidate, Run
from services.gateway.dead_letter.stored_letter import StoredGroup, StoredLetter

LETTERS_PATH = "/v1/dead-letters"
MAX_VALUE_BYTES = 64 * 1024


def show_letter(letter: StoredLetter) -> DeadLetter:
    """A dead letter as it stands in a list."""
    return DeadLetter(**_fields(letter))


def show_record(letter: StoredLetter) -> DeadLetterRecord:
    """A dead letter with what was given up on."""
    value = letter.value or b""
    text = _read_text(value)
    shown = b64encode(value[:MAX_VALUE_BYTES]).decode() if text is None else text
    return DeadLetterRecord(
        **_fields(letter),
        headers=letter.headers,
        value=None if letter.value is None else shown,
        is_base64=text is None,
        size_bytes=len(value),
        is_cut=len(value) > MAX_VALUE_BYTES,
    )


def show_run(run: Run, *, is_dry: bool) -> RedriveResult:
    """What was put back, or would be."""
    return RedriveResult(
        dead_letters=tuple(map(show_letter, run.letters)),
        skipped=tuple(map(_show_skipped, run.skipped)),
        next=run.following and write_span_cursor(run.following),
        dry_run=is_dry,
    )


def show_group(group: StoredGroup) -> DeadLetterGroup:
    """Dead letters that failed alike."""
    return DeadLetterGroup(
        stage=group.stage,
        error_kind=group.kind.shown,
        fingerprint=group.fingerprint,
        message=group.message,
        count=group.count,
        first_failed_at=from_us(group.first_us),
        last_failed_at=from_us(group.last_us),
    )


def _read_text(value: bytes) -> str | None:
    """The beginning of a value as text, cut at a character's edge; None if it is no text."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return None
    return value[:MAX_VALUE_BYTES].decode(errors="ignore")


def _show_skipped(one: Candidate) -> SkippedLetter:
    letter, job_id = one.letter, one.letter.job_id
    return SkippedLetter(
        id=letter.letter_id, job_id=job_id and UUID(job_id), reason=one.refusal or ""
    )


def _fields(letter: StoredLetter) -> dict[str, Any]:
    _, stage, redrive = letter.key
    put_aside = letter.discard
    return {
        "id": letter.letter_id,
        "job_id": letter.job_id,
        "tenant": letter.tenant,
        "stage": stage,
        "state": letter.state,
        "error_kind": letter.failure.kind.shown,
        "error_code": letter.failure.code,
        "message": letter.failure.message,
        "fingerprint": letter.fingerprint,
        "attempts": letter.attempts,
        "redrive": redrive,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.failure.offset,
        "failed_at": from_us(letter.failed_us),
        "discard": put_aside and Discard(reason=put_aside.reason, by=put_aside.by, at=put_aside.at),
    }
