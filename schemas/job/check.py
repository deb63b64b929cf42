"""What the checks of a model's answer came to, where something did not simply pass."""

from schemas.contract import Contract
from schemas.open_enum import OpenEnum


class CheckAction(OpenEnum):
    """What was done about a finding."""

    REPAIRED = "repaired"
    RE_ASKED = "re-asked"
    DROPPED = "dropped"
    BLANKED = "blanked"
    FLAGGED = "flagged"


class Severity(OpenEnum):
    """Whether a person should look: a warning says that something is missing or doubtful."""

    INFO = "info"
    WARNING = "warning"


MAX_ROWS_NAMED = 20
LOUD = frozenset({CheckAction.BLANKED, CheckAction.FLAGGED})


class CheckOutcome(Contract):
    """One thing that a check has found, or the same thing several times in one place.

    Attributes:
        id: The check's id, C01 to C20; docs/check.md lists them.
        where: A column's key, "proposed column 3", "row 2", or "" for the answer as a whole.
        message: One sentence for a person, without anybody's text.
        count: How many cells or items it stands for.
        rows: In which rows: keys of existing rows, or "proposed row 2"; the first of them.
    """

    id: str
    action: CheckAction
    severity: Severity
    where: str = ""
    message: str
    count: int = 1
    rows: tuple[str, ...] = ()


class MissingPart(OpenEnum):
    """Of what something may be missing."""

    COLUMNS = "columns"
    ROWS = "rows"
    VALUES = "values"


class Missing(Contract):
    """Something that was asked for and is not in the result.

    Attributes:
        column: Where values are missing: the column's key.
    """

    what: MissingPart
    asked: int
    given: int
    column: str | None = None
