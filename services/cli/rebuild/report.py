"""How a rebuild looks in a terminal, and for programs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from services.cli.terminal.text import plain

if TYPE_CHECKING:
    from services.gateway.rebuild.report import Day, Report, Tally

STATES = ("completed", "failed", "cancelled")
NAMED = 20

LEFT_OUT = {
    "old": "jobs of which the topics do not hold every record: kept as they are",
    "gone": "jobs that were taken out of the tables meanwhile",
    "moving": "jobs that were changing at that moment: not compared",
}


def summary(report: "Report") -> str:
    """What differs, in one line."""
    if report.is_equal:
        return "nothing differs"
    money = "; money differs" if report.spent else ""
    return f"{report.differing} {'job differs' if report.differing == 1 else 'jobs differ'}{money}"


def print_report(report: "Report", place: str | None, console: Console) -> None:
    """Per day both sides, then what differs, by name."""
    if report.days:
        console.print(_table(report, is_one_side=place is not None))
    for line in _lines(report, place):
        click.echo(plain(line))


def describe_report(report: "Report", place: str | None) -> dict[str, Any]:
    """The same for programs."""
    return {
        "records": report.records,
        "days": [_describe_day(day, is_one_side=place is not None) for day in report.days],
        "differing": report.differing,
        "differences": [
            {"jobId": one.job_id, "day": one.day and str(one.day), "parts": list(one.parts)}
            for one in report.named
        ],
        "spent": [
            {"tenant": s.tenant, "day": str(s.day), "live": s.live, "anew": s.anew}
            for s in report.spent
        ],
        "leftOut": dict(report.left_out),
        "isSwitched": report.is_switched,
        "asOf": place,
    }


def _table(report: "Report", *, is_one_side: bool) -> Table:
    table = Table("day", "jobs", *STATES, "open", "facts", "checksum", show_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for day in report.days:
        if is_one_side or day.is_same:
            table.add_row(str(day.day), *_cells(day.anew))
        else:
            table.add_row(f"{day.day} live", *_cells(day.live), style="red")
            table.add_row(f"{day.day} anew", *_cells(day.anew))
    return table


def _cells(tally: "Tally") -> Iterator[str]:
    ended = [tally.states.get(state, 0) for state in STATES]
    yield f"{tally.jobs:,}"
    yield from (f"{count:,}" for count in (*ended, tally.jobs - sum(ended), tally.facts))
    yield f"{tally.checksum:016x}"


def _lines(report: "Report", place: str | None) -> Iterator[str]:
    yield f"{report.records:,} records folded"
    if place is not None:
        yield f"the tables as they were then: {place}"
        return
    for difference in report.named[:NAMED]:
        yield f"{difference.job_id}  {difference.day or ''}  {'; '.join(difference.parts)}"
    if report.differing > NAMED:
        yield f"{report.differing - NAMED} more differ: --json names up to {len(report.named):,}"
    for spent in report.spent:
        yield f"spent by {spent.tenant} on {spent.day}: {spent.live}, by the topics {spent.anew}"
    for why, count in report.left_out.items():
        yield f"{count:,} {LEFT_OUT[why]}"
    yield "the live tables are equal now" if report.is_switched else summary(report)


def _describe_day(day: "Day", *, is_one_side: bool) -> dict[str, Any]:
    told = {"day": str(day.day), "anew": _describe(day.anew)}
    return told if is_one_side else told | {"live": _describe(day.live), "isSame": day.is_same}


def _describe(tally: "Tally") -> dict[str, Any]:
    checksum = f"{tally.checksum:016x}"
    return {"jobs": tally.jobs, "states": tally.states, "facts": tally.facts, "checksum": checksum}
