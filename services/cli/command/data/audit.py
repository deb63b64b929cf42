"""`brainshare audit`: counts from the topics alone whether every job is accounted for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager

import click
from rich.table import Table

from services.cli.audit.auditor import Auditor, open_auditor
from services.cli.audit.error import AuditFailed, AuditImpossible
from services.cli.audit.repeat import Cause
from services.cli.audit.report import Finding, Note, Report, Standing, Wrong
from services.cli.audit.watch import BROKER_ERRORS, WATCH_S, watch
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import reach_broker, tell_absence
from services.cli.terminal.interrupt import run_until_interrupt
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import open_console
from services.cli.terminal.text import plain
from services.cli.terminal.waiting import say_waiting

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
@click.option("--watch", "is_watched", is_flag=True, help=f"Look every {WATCH_S:g} s until Ctrl-C.")
@with_target
def command(target: Target, as_json: bool, is_watched: bool) -> None:
    """Count whether every job is accounted for, and what was paid for twice.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names.

    Exit status 1 if a job is lost, doubled or stray, if Kafka deleted records before their group
    had ended them, or if the topics cannot be read; else 0, also where calls were made again:
    those are counted with their cause and cost, and the first answer counts. A watch waits for a
    broker that goes away, and ends with the status of its last look.
    """
    looks: list[Report] = []

    def show(report: Report) -> None:
        if not (looks or as_json):
            click.echo(f"broker {target.shown_broker}")
        looks[:] = [report]
        if as_json:
            told = {"broker": target.again().servers, **report.to_dict(NAMED_JOBS_AS_JSON)}
            click.echo(json.dumps(told))
        else:
            _show(report, is_watched)

    try:
        body = _audit(target, is_watched, show)
        asyncio.run(run_until_interrupt(body, hurry=lambda: None))
    except OSError as error:
        raise AuditImpossible(f"{target.servers}: {tell_os_error(error)}") from error
    except BROKER_ERRORS as error:
        raise AuditImpossible(tell_absence(target, str(error))) from error
    if looks and not looks[0].is_well:
        raise AuditFailed(summary(looks[0]))


def summary(report: Report) -> str:
    """What is off, in one line."""
    counts = {wrong.value: report.count(wrong) for wrong in Wrong}
    counts |= {"deleted unread": report.deleted, "answered twice": len(report.notes)}
    off = "".join(f"; {name} {count}" for name, count in counts.items() if count)
    cost = f" ({report.wasted})" if report.wasted.answers else ""
    return report.equation + off + cost


async def _audit(target: Target, is_watched: bool, show: Callable[[Report], None]) -> int:
    @asynccontextmanager
    async def open_anew() -> AsyncIterator[Auditor]:
        settings = target.again().kafka
        await reach_broker(settings)
        async with open_auditor(settings) as auditor:
            yield auditor

    with ExitStack() as waiting:
        waiting.enter_context(say_waiting(f"the topics at {target.servers} to be read"))

        def show_first(report: Report) -> None:
            waiting.close()
            show(report)

        if is_watched:
            await watch(open_anew, show_first, _say)
        async with open_anew() as auditor:
            show_first(await auditor.look())
    return 0


def _say(text: str) -> None:
    click.echo(f"audit: {' '.join(text.split())}", err=True)


def _show(report: Report, is_line: bool) -> None:
    if is_line:
        click.echo(f"{'ok ' if report.is_well else 'OFF'} {summary(report)}")
    else:
        open_console().print(_table(report))
        click.echo(f"every job since {report.complete_since}, as far as the topics are kept")
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
    deleted = str(report.deleted)
    table.add_row("records deleted unread", deleted, style="red" if report.deleted else "")
    told = {
        "failed, their record was deleted": report.lost_records,
        "answered twice": len(report.notes),
        **{f"- {cause}": report.causes[cause] for cause in Cause},
        f"answers for nothing ({report.wasted})": report.wasted.answers,
        "older than what is kept": report.expired,
    }
    for name, count in told.items():
        if count:
            table.add_row(name, str(count), style="dim")
    return table


def _names(report: Report) -> Iterator[str]:
    for wrong in Wrong:
        yield from _some(wrong.value, report.count(wrong), report.named(wrong, NAMED_JOBS))
    yield from map(str, report.deletions)
    yield from _some("answered twice", len(report.notes), report.noted(NAMED_JOBS))


def _some(name: str, count: int, named: list[Finding] | list[Note]) -> Iterator[str]:
    for item in named:
        yield plain(str(item))
    if count > len(named):
        yield f"{name}: {count - len(named)} more, see --json"
