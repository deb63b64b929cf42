"""What a job has cost, by the day on which it was spent, whatever the order of records. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from schemas.stage import STAGE_ORDER
from services.gateway.status.change import Change
from services.gateway.status.fold import JobFold

Key = tuple[str, date]
"""A tenant and a day in UTC."""


def tell_spent(fold: JobFold) -> dict[Key, int]:
    """What is known to be spent on a job, in millionths of a dollar.

    What an attempt says counts those of its stage before it, so that the greatest counts.
    """
    spent: dict[Key, int] = {}
    if fold.tenant is None:
        return spent
    for stage in STAGE_ORDER:
        told = [(c.spent, c.ended_ms or 0) for c in fold.cells_of(stage) if c.spent is not None]
        if told:
            micro_usd, at_ms = max(told)
            key = fold.tenant, datetime.fromtimestamp(at_ms / 1000, UTC).date()
            spent[key] = spent.get(key, 0) + micro_usd
    return spent


def tell_more_spent(changes: tuple[Change, ...]) -> dict[Key, int]:
    """What a batch has added to what tenants have spent."""
    more: dict[Key, int] = {}
    for change in changes:
        if all(cell.spent is None for cell in change.after.fold.cells):
            continue
        _add(more, tell_spent(change.after.fold), 1)
        if change.before is not None:
            _add(more, tell_spent(change.before.fold), -1)
    return {key: micro_usd for key, micro_usd in more.items() if micro_usd}


def _add(total: dict[Key, int], spent: Mapping[Key, int], sign: int) -> None:
    for key, micro_usd in spent.items():
        total[key] = total.get(key, 0) + sign * micro_usd
