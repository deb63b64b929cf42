"""Dead letters as pure functions: where one stands, and which ones failed alike."""

import hashlib
import re
from collections.abc import Iterator

from schemas.api.dead_letter import LetterState
from schemas.api.status import StageState
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.status.cell import Term
from services.gateway.status.change import Change
from services.gateway.status.fold import JobFold
from services.gateway.status.state import describe_stage

FINGERPRINT_DIGITS = 12
QUOTED = re.compile(r"""(["'`]).*?\1""", re.DOTALL)
WITH_DIGITS = re.compile(r"\w*\d\w*")

LetterKey = tuple[str, StageName, int]
"""Job (or an orphan's mark), stage and redrive.

Of each there is one dead letter, its repeats are the same one.
"""


def letter_state(fold: JobFold, stage: StageName, redrive: int) -> LetterState:
    """Where the dead letter of a stage's redrive stands, as the topics tell it."""
    if describe_stage(fold, stage).state is StageState.COMPLETED:
        return LetterState.RESOLVED
    later = [cell for cell in fold.cells_of(stage) if cell.redrive > redrive]
    if not later:
        return LetterState.OPEN
    return LetterState.REFAILED if later[-1].term is Term.FAILED else LetterState.REDRIVEN


def moved_letters(change: Change) -> Iterator[tuple[LetterKey, LetterState]]:
    """The failures of a job that stand elsewhere after a change; not all are dead letters.

    A failure is told by what it left in its cell. Its term is no sign, since a cancel covers it.
    """
    if change.before is None:
        return
    before, after = change.before.fold, change.after.fold
    failed = {(cell.stage, cell.redrive) for cell in before.cells if cell.failure is not None}
    for stage, redrive in sorted(failed):
        state = letter_state(after, stage, redrive)
        if state is not letter_state(before, stage, redrive):
            yield (change.job_id, stage, redrive), state


def fingerprint_error(stage: StageName, kind: ErrorKind, code: str | None, message: str) -> str:
    """Twelve hex digits that failures share which differ in numbers and quoted parts only."""
    return fingerprint_words(stage, kind, code or "", fold_message(message))


def fold_message(message: str) -> str:
    """A message without its numbers and quoted parts."""
    return WITH_DIGITS.sub("#", QUOTED.sub("''", message))


def fingerprint_words(*words: str) -> str:
    """Twelve hex digits of these words."""
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:FINGERPRINT_DIGITS]
