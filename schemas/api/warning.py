"""What a person should know of a result, in words."""

from collections.abc import Iterator

from schemas.job.check import CheckAction, CheckOutcome, Missing, MissingPart, Severity
from schemas.job.final_table import FinalColumn
from schemas.job.record import Engine, StageRecord

DEMO_WARNING = "Demo engine: canned data, not AI. Set OPENAI_API_KEY to use a model."
COST_WARNING = "What this job has cost is not known: the model's price is not."
MAX_CHECK_WARNINGS = 40
MAX_ROWS_SAID = 5
MAX_NAME_CHARS = 40
PROPOSED = "proposed row "
DONE = {
    CheckAction.BLANKED: "; left blank",
    CheckAction.DROPPED: "; left out",
    CheckAction.REPAIRED: "",
    CheckAction.FLAGGED: "",
}
"""What is said of what was done; what was asked for again is said by what came of it."""

Names = dict[str, str]
"""A column's key to its name, cut short."""


def warn(record: StageRecord, columns: tuple[FinalColumn, ...]) -> tuple[str, ...]:
    """Say what is canned, missing, doubtful or unknown about a result."""
    names = {column.key: _cut(column.name) for column in columns}
    found = [outcome for item in record.provenance.values() for outcome in item.checks]
    told = [outcome for outcome in found if outcome.action in DONE]
    # What is missing or doubtful comes first.
    told.sort(key=lambda outcome: outcome.severity is not Severity.WARNING)
    checks = [_say_check(outcome, names) for outcome in told if _concerns_values(outcome)]
    return tuple(
        dict.fromkeys(
            [
                *([DEMO_WARNING] if read_engine(record) is Engine.DEMO else []),
                *_say_missing(record, names),
                *checks[:MAX_CHECK_WARNINGS],
                *_say_rest(len(checks) - MAX_CHECK_WARNINGS),
                *([COST_WARNING] if _was_called(record) and sum_cost(record) is None else []),
            ]
        )
    )


def read_engine(record: StageRecord) -> Engine | None:
    """What answered; "demo" as soon as one answer is canned, None while nothing was called."""
    engines = [item.engine for item in record.provenance.values() if item.engine is not None]
    return next((engine for engine in (*Engine, *engines) if engine in engines), None)


def sum_cost(record: StageRecord) -> float | None:
    """What the stages' calls cost, in US dollars; None where that is not known of one of them."""
    costs = [item.cost_usd for item in record.provenance.values() if item.model is not None]
    known = [cost for cost in costs if cost is not None]
    return round(sum(known), 9) if len(known) == len(costs) else None


def _was_called(record: StageRecord) -> bool:
    return any(item.model is not None for item in record.provenance.values())


def _say_missing(record: StageRecord, names: Names) -> Iterator[str]:
    for item in record.provenance.values():
        for missing in item.missing:
            yield _say_short(missing, names)


def _say_short(missing: Missing, names: Names) -> str:
    lack = missing.asked - missing.given
    are = "is" if lack == 1 else "are"
    if missing.what is MissingPart.VALUES:
        return (
            f"Column {names.get(missing.column or '', missing.column)!r}: {lack} of"
            f" {missing.asked} values for existing rows {are} missing."
        )
    return (
        f"{lack} of {missing.asked} {missing.what.value} that were asked for {are} missing: what"
        " was proposed in their place did not pass the checks."
    )


def _say_rest(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{count} more findings are in checks."


def _concerns_values(outcome: CheckOutcome) -> bool:
    """Whether something of what was proposed has changed; C10 without rows is a type's name."""
    return outcome.severity is Severity.WARNING or bool(outcome.rows) or outcome.id != "C10"


def _say_check(outcome: CheckOutcome, names: Names) -> str:
    name = names.get(outcome.where)
    where = outcome.where.capitalize() if name is None else f"Column {name!r}"
    parts = [where] if where else []
    if outcome.rows:
        parts.append(_say_rows(outcome))
    times = f" ({outcome.count} times)" if outcome.count > 1 else ""
    did = DONE[outcome.action]
    return f"{', '.join(parts)}{': ' if parts else ''}{outcome.message}{did}{times}."


def _say_rows(outcome: CheckOutcome) -> str:
    keys = [row.removeprefix(PROPOSED) for row in outcome.rows[:MAX_ROWS_SAID]]
    kind = PROPOSED if outcome.rows[0].startswith(PROPOSED) else "row "
    more = f" and {outcome.count - len(keys)} more" if outcome.count > len(keys) else ""
    return f"{kind if len(keys) == 1 else f'{kind.strip()}s '}{', '.join(keys)}{more}"


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 1]}…"
