"""What the drill has found, as a table or as JSON."""

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from tests.drill.fault.shape import Fault
from tests.drill.verdict import Finding

WIDTH = 200


def print_faults(faults: Sequence[Fault]) -> None:
    """What may be planted, who must be told, and what explain must say."""
    table = Table("fault", "must fire", "within", "may page besides", "explain must say")
    for fault in faults:
        fires, beside = _list(fault.fires), _list(fault.beside)
        table.add_row(fault.name, fires, fault.within, beside, fault.says)
    _print(table)


def print_findings(findings: Sequence[Finding]) -> None:
    """One row for each fault."""
    table = Table(
        "fault",
        "alert",
        "within, s",
        "fired, s",
        "ended, s",
        "also paged",
        "`brainshare explain`",
        "named",
    )
    for finding in findings:
        alerts = finding.fault.fires
        table.add_row(
            finding.fault.name,
            "\n".join(alerts),
            f"{finding.within_s:.0f}",
            "\n".join(_tell(finding.fired_s.get(alert)) for alert in alerts),
            "\n".join(_tell(finding.resolved_s.get(alert)) for alert in alerts),
            _list(f"{name}!" if name in finding.strange else name for name in finding.paged),
            finding.problem or finding.said,
            "yes" if finding.is_named else "no",
        )
    _print(table)


def write_json(findings: Sequence[Finding], factor: float, failures: Sequence[str]) -> str:
    """The same for a program, in one line."""
    found = [
        {
            "fault": finding.fault.name,
            "withinS": finding.within_s,
            "firedS": finding.fired_s,
            "endedS": finding.resolved_s,
            "alsoPaged": finding.paged,
            "unexpected": finding.strange,
            "explain": finding.said,
            "isNamed": finding.is_named,
            "problem": finding.problem,
        }
        for finding in findings
    ]
    return json.dumps({"factor": factor, "faults": found, "failures": list(failures)})


def _tell(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f}"


def _list(names: Iterable[str]) -> str:
    return "\n".join(names)


def _print(table: Table) -> None:
    table.show_lines = True
    Console(width=WIDTH).print(table)
