"""Says what a check has found, and sums up what was found often."""

from collections.abc import Iterable, Sequence

from schemas.job.check import LOUD, MAX_ROWS_NAMED, CheckAction, CheckOutcome, Severity

MAX_OUTCOMES = 200

REPAIRED, RE_ASKED = CheckAction.REPAIRED, CheckAction.RE_ASKED
DROPPED, BLANKED, FLAGGED = CheckAction.DROPPED, CheckAction.BLANKED, CheckAction.FLAGGED

CHECKS = {
    "C01": "A header is not empty, has at most 80 characters and stands on one line",
    "C02": "A header is different from every other one, whatever its case and spacing",
    "C03": "A header says something: not Column 1, not Data",
    "C04": "There are as many columns as were asked for",
    "C05": "Each existing row has one value per new column, and no other row has any",
    "C06": "A row has exactly one cell per column, in order",
    "C07": "There are as many rows as were asked for",
    "C08": "The value that identifies a row is there, and no other row has it",
    "C09": "No row is proposed twice, and none is there already",
    "C10": "A value is valid for its column's type",
    "C11": "An enum has 2 to 12 different values, and each of its cells is one of them",
    "C12": "A number stands alone, without a remark",
    "C13": "A value is no placeholder such as N/A or TBD",
    "C14": "A value is written like its neighbours",
    "C15": "Headers and values are written in the table's script",
    "C16": "A new column is no copy of another one, and not the same in every row",
    "C17": "The columns that the table began with are kept as they are",
    "C18": "There are no links, markup or hidden characters",
    "C19": "The model came to the end of its answer",
    "C20": "The result is complete in itself and fits into a record",
}
"""Every check by id. docs/check.md says what follows from each."""


def find(
    check: str,
    action: CheckAction,
    where: str,
    message: str,
    *,
    count: int = 1,
    rows: Sequence[str] = (),
) -> CheckOutcome:
    """Say what a check has found.

    Args:
        where: A column's key, "proposed row 3" and the like; never anybody's text.
        message: One sentence without anybody's text.
        rows: The rows of the cells that it stands for, where it does.
    """
    severity = Severity.WARNING if action in LOUD else Severity.INFO
    return CheckOutcome(
        id=check,
        action=action,
        severity=severity,
        where=where,
        message=message,
        count=len(rows) or count,
        rows=tuple(rows[:MAX_ROWS_NAMED]),
    )


def sum_up(outcomes: Iterable[CheckOutcome]) -> tuple[CheckOutcome, ...]:
    """Make one outcome of those that say the same of the same place, in the order of the checks.

    A thousand at most are never of use to anybody: the first MAX_OUTCOMES are kept.
    """
    counts: dict[CheckOutcome, int] = {}
    rows: dict[CheckOutcome, list[str]] = {}
    for outcome in outcomes:
        alike = outcome.model_copy(update={"count": 0, "rows": ()})
        counts[alike] = counts.get(alike, 0) + outcome.count
        rows.setdefault(alike, []).extend(outcome.rows)
    summed = [
        alike.model_copy(update={"count": count, "rows": tuple(rows[alike][:MAX_ROWS_NAMED])})
        for alike, count in counts.items()
    ]
    summed.sort(key=lambda outcome: outcome.id)
    return tuple(summed[:MAX_OUTCOMES])
