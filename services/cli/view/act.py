"""How the log of acts looks in a terminal."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console

from schemas.api.act import Act
from services.cli.view.listing import Cell, print_list
from services.cli.view.time import show_age, show_moment

HEADINGS = ("when", "who", "act", "on", "tenant", "", "", "why")
LEAST_REASON_CELLS = 16


def print_acts(acts: Sequence[Act], console: Console, now: datetime) -> None:
    """Acts, a line each."""
    rows = [_cells(act, now) for act in acts]
    print_list(console, HEADINGS, rows, LEAST_REASON_CELLS)


def _cells(act: Act, now: datetime) -> tuple[Cell, ...]:
    return (
        Cell(show_moment(act.at), show_age(act.at, now)),
        Cell(act.by),
        Cell(act.deed.value),
        Cell(act.on),
        Cell(act.tenant or ""),
        Cell(_write(act.before)),
        Cell(_write(act.after)),
        Cell(act.reason),
    )


def _write(said: dict[str, Any] | None) -> str:
    return "" if said is None else json.dumps(said, ensure_ascii=False)
