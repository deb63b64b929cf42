"""`brainshare logs`: what the services of a stack have written, or what they have about a job."""

import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from services.cli.client.job_id import find_job, names_job
from services.cli.log.job_story import StoryLine, read_story, tell_history
from services.cli.log.shown_line import show_line, show_lines
from services.cli.log.tail import LogTail
from services.cli.target.completion import complete_services
from services.cli.target.options import open_gateway, with_kept_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, Interrupted
from services.cli.terminal.number import Number
from services.cli.terminal.output import hint
from services.cli.terminal.text import plain

FOLLOW_S = 0.3


@click.command("logs")
@click.argument("service", required=False, shell_complete=complete_services)
@click.option("-f", "--follow", is_flag=True, help="Go on with what is written, until Ctrl-C.")
@click.option("-n", "--lines", type=Number(0), default=20, show_default=True)
@with_kept_target
def command(target: Target, service: str | None, follow: bool, lines: int) -> None:
    """Print the last lines of SERVICE, or of every service, of a stack that runs or ran.

    On a terminal they stand in columns and by time; a pipe has them as they were written.

    In place of SERVICE a job may be named, by its id, the beginning of one, or `last`: then all
    that any service has written about it is printed, with its history from the gateway, in the
    order in which it happened. Where services write elsewhere, as containers do, that is all.
    """
    if service and names_job(service) and not _is_service(target, service):
        if follow:
            raise click.UsageError(f"`brainshare watch {service}` follows a job")
        _tell_story(target, service)
        return
    tails = {path.stem: LogTail(path) for path in _find_logs(target.data_dir / "log", service)}
    _print({name: tail.last(lines) for name, tail in tails.items()})
    if follow:
        _follow(tails)


def _follow(tails: dict[str, LogTail]) -> NoReturn:
    try:
        while True:
            _print({name: tail.new() for name, tail in tails.items()})
            time.sleep(FOLLOW_S)  # noqa: TID251 - the interval at which files are looked at
    except KeyboardInterrupt:
        raise SystemExit(Interrupted.exit_code) from None  # it was asked to end so


def _is_service(target: Target, name: str) -> bool:
    return (target.data_dir / "log" / f"{name}.log").exists()


def _tell_story(target: Target, given: str) -> None:
    folder = target.data_dir / "log"
    written = read_story(folder, given)
    jobs = sorted({line.job_id for line in written})
    if len(jobs) > 1:
        raise CliError(f"{len(jobs)} jobs begin with {given}: {', '.join(jobs[:5])}")
    runs = target.named_url is not None or (target.stack is not None and not target.is_starting)
    is_asked = runs or not written
    try:
        story = _ask_story(target, jobs[0] if jobs else given) if is_asked else written
    except Interrupted:
        raise
    except CliError as error:
        if not written:
            nothing = f"{folder} holds no line about a job {given}"
            raise type(error)(f"{nothing}; {error.message}") from error
        hint(f"without its history: {error.message}")
        story = written
    for line in story:
        told = show_line(line.at, line.service, line.level, line.action, line.told)
        click.echo(plain(told))


def _ask_story(target: Target, given: str) -> list[StoryLine]:
    """What is written about a job, and what the gateway knows of it."""
    with open_gateway(target) as gateway:
        job_id = find_job(gateway, given)
        facts = tell_history(gateway.jobs.history(job_id))
    return sorted([*facts, *read_story(target.data_dir / "log", job_id)])


def _find_logs(folder: Path, service: str | None) -> list[Path]:
    logs = sorted(folder.glob("*.log"))
    found = [path for path in logs if service in (None, path.stem)]
    if found:
        return found
    if not logs:
        raise CliError(f"{folder} holds no logs: name the stack with --data-dir")
    named = ", ".join(path.stem for path in logs)
    raise CliError(f"{service} has no log in {folder}: there are {named}")


def _print(logs: dict[str, list[str]]) -> None:
    """For a person in columns and by time; in a pipe as the services have written them."""
    if sys.stdout.isatty():
        for shown in show_lines(logs):
            click.echo(plain(shown))
        return
    for name, lines in logs.items():
        for line in lines:
            click.echo(f"{name:<14} {plain(line)}" if len(logs) > 1 else plain(line))
