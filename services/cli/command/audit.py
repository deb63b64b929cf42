"""`brainshare audit`: counts from the topics alone whether every job is accounted for."""

import asyncio
import json
from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.table import Table

from services.cli.audit.error import AuditFailed, AuditImpossible
from services.cli.audit.read import open_auditor
from services.cli.audit.report import Report, Standing, Wrong
from services.cli.interrupt import run_until_interrupt
from services.cli.settings import StackOptions
from services.cli.stack_file import load_stack
from services.cli.terminal_text import plain
from services.stage_runtime.kafka import BrokerUnavailableError, KafkaSettings

WATCH_S = 5.0
NAMED_JOBS = 20
NAMED_JOBS_AS_JSON = 1_000

ROWS = {
    "completed": Standing.COMPLETED,
    "failed": Standing.FAILED,
    "cancelled": Standing.CANCELLED,
    "open, with an owner": Standing.OWNED,
    "open, with a timer": Standing.WAITING,
}


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print for programs, a look a line.")
@click.option("--watch", is_flag=True, help=f"Look every {WATCH_S:g} s until Ctrl-C.")
def command(as_json: bool, watch: bool) -> None:
    """Count whether every job is accounted for. Exit status 1 if one is lost, doubled or stray."""
    settings = find_kafka(StackOptions())
    looks: list[Report] = []

    def show(report: Report) -> None:
        looks[:] = [report]
        _show(report, as_json, watch)

    try:
        body = _audit(settings, watch, show)
        asyncio.run(run_until_interrupt(body, hurry=lambda: None))
    except (BrokerUnavailableError, RuntimeError) as error:
        # The client library's errors, which may not be named here, are RuntimeErrors.
        raise AuditImpossible(str(error)) from error
    if looks and not looks[0].is_well:
        raise AuditFailed(summary(looks[0]))


def find_kafka(options: StackOptions) -> KafkaSettings:
    """The broker that is named, or else the one of the running stack."""
    stack = load_stack(options.data_dir)
    servers = options.bootstrap_servers or (stack.broker.bootstrap_servers if stack else None)
    return KafkaSettings(bootstrap_servers=servers) if servers else KafkaSettings()


def summary(report: Report) -> str:
    """What is off, in one line."""
    counts = ", ".join(f"{wrong.value} {report.count(wrong)}" for wrong in Wrong)
    return f"{report.equation}; {counts}"


async def _audit(settings: KafkaSettings, watch: bool, show: Callable[[Report], None]) -> int:
    async with open_auditor(settings) as auditor:
        show(await auditor.look())
        while watch:
            await auditor.listen(WATCH_S)
            show(await auditor.look())
    return 0


def _show(report: Report, as_json: bool, is_line: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.to_dict(NAMED_JOBS_AS_JSON)))
        return
    if is_line:
        click.echo(f"{'ok ' if report.is_well else 'OFF'} {summary(report)}")
    else:
        Console().print(_table(report))
        click.echo(report.equation)
    for line in _names(report):
        click.echo(line)


def _table(report: Report) -> Table:
    table = Table("jobs", "", show_edge=False)
    table.columns[1].justify = "right"
    for name, standing in ROWS.items():
        table.add_row(name, str(report.standings[standing]))
    for wrong in Wrong:
        count = report.count(wrong)
        table.add_row(wrong.value, str(count), style="red" if count else "")
    if report.expired:
        table.add_row("older than what is kept", str(report.expired), style="dim")
    return table


def _names(report: Report) -> Iterator[str]:
    for wrong in Wrong:
        for finding in report.named(wrong, NAMED_JOBS):
            yield plain(str(finding))
        if report.count(wrong) > NAMED_JOBS:
            yield f"{wrong.value}: {report.count(wrong) - NAMED_JOBS} more, see --json"
