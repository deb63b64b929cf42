"""What was measured, as tables or as JSON."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.scale.verdict import Measured, Rolled

WIDTH = 140


def print_measured(measured: Sequence[Measured]) -> None:
    """One row for each setup."""
    table = Table(
        "workers",
        "partitions",
        "gateways",
        "limit, calls/min",
        "jobs",
        "predicted, jobs/s",
        "measured, jobs/s",
        "difference",
        "a worker",
        "bound by",
    )
    for one in measured:
        setup = one.setup
        limit = "" if setup.calls_per_min is None else f"{setup.workers * setup.calls_per_min:,}"
        table.add_row(
            str(setup.workers),
            str(setup.partitions),
            str(setup.gateways or "1 (SQLite)"),
            limit,
            f"{one.completed:,}",
            f"{one.predicted.per_s:.1f}",
            f"{one.per_s:.1f}",
            f"{one.difference:+.1%}",
            f"{one.per_s / setup.workers:.1f}",
            one.predicted.bound,
        )
    Console(width=WIDTH).print(table)


def print_rolled(rolled: Rolled) -> None:
    """One row for each restart, and what became of the jobs."""
    table = Table("restarted", "calls under way", "ready again, s")
    for restart in rolled.restarts:
        table.add_row(restart.name, str(restart.in_flight), f"{restart.took_s:.1f}")
    Console(width=WIDTH).print(table)
    Console(width=WIDTH).print(tell_rolled(rolled))


def tell_measured(one: Measured) -> str:
    """One setup in a line, for who sees no more than that."""
    return (
        f"{one.per_s:.1f} jobs/s, predicted {one.predicted.per_s:.1f} ({one.difference:+.1%}) by"
        f" {one.predicted.bound}; {one.completed} of {one.posted} jobs completed,"
        f" {one.repeated} calls made again"
    )


def tell_rolled(rolled: Rolled) -> str:
    """What became of the jobs, in a line."""
    return (
        f"{rolled.completed} of {rolled.posted} jobs completed, {rolled.repeated} calls made again"
        f" of {rolled.in_flight} under way, {rolled.cut} connections cut, {rolled.put_off} posts"
        f" made again after a 503, {sum(rolled.refused.values())} refused"
    )


def write_json(measured: Sequence[Measured], rolled: Rolled | None, failures: list[str]) -> str:
    """The same for a program, in one line."""
    found = [
        {
            "workers": one.setup.workers,
            "partitions": one.setup.partitions,
            "gateways": one.setup.gateways,
            "callsPerMinute": one.setup.calls_per_min,
            "predictedPerS": one.predicted.per_s,
            "measuredPerS": one.per_s,
            "bound": one.predicted.bound,
            "posted": one.posted,
            "completed": one.completed,
            "repeatedCalls": one.repeated,
        }
        for one in measured
    ]
    restarts = rolled and {
        "restarts": len(rolled.restarts),
        "posted": rolled.posted,
        "completed": rolled.completed,
        "repeatedCalls": rolled.repeated,
        "callsUnderWay": rolled.in_flight,
        "putOff": rolled.put_off,
        "refused": sum(rolled.refused.values()),
    }
    return json.dumps({"setups": found, "rolling": restarts, "failures": failures})
