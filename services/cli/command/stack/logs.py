"""`brainshare logs`: what the services of a stack have written, or what they have about a job."""

import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from services.cli.client.job_id import LAST, find_job, names_job
from services.cli.log.job_story import read_story
from services.cli.log.shown_line import show_line, show_lines
from services.cli.log.tail import LogTail
from services.cli.target.completion import complete_services
from services.cli.target.options import open_gateway, with_kept_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, Interrupted
from services.cli.terminal.number import Number
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
    that any service has written about it is printed, in the order in which it happened.
    """
    if service and names_job(service) and not _is_service(target, service):
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
    if given == LAST:
        with open_gateway(target) as gateway:
            given = find_job(gateway, given)
    folder = target.data_dir / "log"
    story = read_story(folder, given)
    jobs = sorted({line.job_id for line in story})
    if len(jobs) > 1:
        raise CliError(f"{len(jobs)} jobs begin with {given}: {', '.join(jobs[:5])}")
    if not story:
        raise CliError(
            f"{folder} holds no line about a job {given}: name the stack with --data-dir"
        )
    for line in story:
        told = show_line(line.at, line.service, line.level, line.action, line.told)
        click.echo(plain(told))


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
