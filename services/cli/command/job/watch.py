"""`brainshare watch`: jobs, live."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import click
from rich.console import Console
from rich.live import Live

from brainshare_client import JobChange, JobStatus
from schemas.api.status import FeedPage, JobState, JobSummary
from services.cli.client.answer import describe
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import with_gateway
from services.cli.terminal.error import GatewayUnreachable, Interrupted, JobFailed, fail_together
from services.cli.terminal.output import is_quiet, open_console, tell_failure
from services.cli.terminal.text import escape_json
from services.cli.view.job import ProgressView, change_line, error_line
from services.cli.view.listing import SHORT_ID
from services.cli.view.many_jobs import ManyJobsView, print_change
from services.lifecycle.clock import utc_now


@click.command("watch")
@click.argument("given", metavar="[JOB_ID]...", nargs=-1, shell_complete=complete_jobs)
@click.option("--all", "is_all", is_flag=True, help="Watch every job, also new ones, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print each change as JSON, a line each.")
@with_gateway
def command(gateway: CommandClient, given: tuple[str, ...], is_all: bool, as_json: bool) -> None:
    """Show the progress of jobs until all have ended.

    JOB_ID may be `last`, or an id's beginning. Several are followed by one connection.
    """
    if is_all == bool(given):
        raise click.UsageError("give one of: JOB_ID, and more of them; --all")
    if is_all:
        watch_all(gateway, as_json)
        return
    try:
        job_ids = [*dict.fromkeys(find_job(gateway, one) for one in given)]
    except (KeyboardInterrupt, Interrupted) as error:
        raise Interrupted(_tell_unwatched(" ".join(given))) from error
    if len(job_ids) == 1:
        watch_job(gateway, job_ids[0], as_json)
        return
    failures = watch_jobs(gateway, job_ids, as_json)
    for failure in failures:
        tell_failure(failure)
    fail_together(failures, len(job_ids))


def watch_job(
    gateway: CommandClient, job_id: str, as_json: bool = False, newer_than: int = -1
) -> JobSummary:
    """Show a job's progress until it has ended.

    Args:
        newer_than: As of `follow`.

    Raises:
        JobFailed: It ended otherwise than completed.
        Interrupted: Ctrl-C.
    """
    try:
        changes = _follow(follow(gateway, job_id, newer_than), job_id)
        job = _watch(gateway, changes, as_json)
    except (KeyboardInterrupt, Interrupted) as error:
        raise Interrupted(_tell_unwatched(job_id)) from error
    if job.status is not JobState.COMPLETED:
        raise JobFailed(error_line(job))
    return job


def _tell_unwatched(job_id: str) -> str:
    return (
        f"no longer watched: job {job_id} goes on. Look again with `brainshare watch {job_id}`,"
        f" stop it with `brainshare cancel {job_id}`"
    )


def watch_jobs(gateway: CommandClient, job_ids: Sequence[str], as_json: bool) -> list[JobFailed]:
    """Show the progress of several jobs until all have ended, by one connection.

    Returns:
        Why each of them failed that did, or that it cannot be watched.

    Raises:
        Interrupted: Ctrl-C.
    """
    latest: dict[str, JobSummary] = {}
    followed = gateway.jobs.watch_many(job_ids)
    try:
        changes = list(_show_many(followed, latest, len(job_ids), as_json))
    except (KeyboardInterrupt, Interrupted) as error:
        over = {job_id for job_id, job in latest.items() if job.status.is_final}
        left = [job_id for job_id in job_ids if job_id not in over]
        raise Interrupted(
            f"no longer watched: {len(over)} of {len(job_ids)} have ended, and these go on:"
            f" {', '.join(left) or 'none'}. Look again with `brainshare watch ID`, stop one with"
            " `brainshare cancel ID`"
        ) from error
    lost = [f"job {c.job_id}: {describe(c.error).message}" for c in changes if c.error]
    ended = [job for job in latest.values() if job.status.is_final]
    unwell = [error_line(job) for job in ended if job.status is not JobState.COMPLETED]
    return [JobFailed(reason) for reason in (*lost, *unwell)]


def watch_all(gateway: CommandClient, as_json: bool) -> None:
    """Show each job that runs, and then every change of any, for ever.

    Raises:
        Interrupted: Ctrl-C.
    """
    console, lines = open_console(), ChangeLines()
    try:
        for page in gateway.events.watch():
            for job in _choose_news(page):
                if as_json:
                    click.echo(escape_json(job.to_json()))
                elif console.is_terminal:
                    print_change(job, console)
                else:
                    lines.say(job)
    except (KeyboardInterrupt, Interrupted) as error:
        raise Interrupted("no longer watched: the jobs go on") from error


def _choose_news(page: FeedPage) -> Iterator[JobSummary]:
    """Of how all jobs are at the beginning, those that run, the oldest first; else what changed."""
    if not page.is_reset:
        yield from page.jobs
        return
    yield from (job for job in reversed(page.jobs) if not job.status.is_final)


def _show_many(
    changes: Iterator[JobChange], latest: dict[str, JobSummary], count: int, as_json: bool
) -> Iterator[JobChange]:
    """Pass changes on, and show what they make of the latest."""
    console = open_console()
    is_live = console.is_terminal and not as_json and not is_quiet()
    lines = ChangeLines()
    view = Live(get_renderable=lambda: ManyJobsView([*latest.values()], count), console=console)
    with view if is_live else nullcontext():
        for change in changes:
            if change.job is not None:
                latest[change.job_id] = change.job
                if as_json:
                    click.echo(escape_json(change.job.to_json()))
                elif not is_live and not is_quiet():
                    lines.say(change.job)
            yield change


def _follow(changes: Iterator[JobStatus], job_id: str) -> Iterator[JobStatus]:
    """Each change of the job. Whoever loses sight of it is told that it is not lost.

    Raises:
        GatewayUnreachable: No gateway answers, or does so any longer.
    """
    is_seen = False
    try:
        for job in changes:
            is_seen = True
            yield job
    except GatewayUnreachable as error:
        if not is_seen:
            raise
        kept = f"job {job_id[:SHORT_ID]} is kept, and goes on when its stack runs again"
        raise GatewayUnreachable(f"{error.message}; {kept}") from error


def _watch(gateway: CommandClient, changes: Iterator[JobStatus], as_json: bool) -> JobSummary:
    if as_json or is_quiet():
        for job in changes:
            if as_json:
                click.echo(escape_json(job.to_json()))
        return job
    return _watch_live(gateway, changes, open_console())


def _watch_live(
    gateway: CommandClient, changes: Iterator[JobStatus], console: Console
) -> JobSummary:
    job = next(changes)
    if not console.is_terminal:
        lines = ChangeLines()
        lines.say(job)
        for job in changes:
            lines.say(job)
        return job

    shown = [job]

    def view() -> ProgressView:
        return ProgressView(gateway.time_retries(shown[0]), utc_now())

    with Live(get_renderable=view, console=console) as live:
        for job in changes:
            shown[0] = job
            live.refresh()
    return shown[0]


class ChangeLines:
    """The changes of jobs for a pipe: a line where one says something that the last did not."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def say(self, job: JobSummary) -> None:
        """Say where a job stands, if that is news."""
        line = change_line(job)
        if self._said.get(str(job.job_id)) != line:
            self._said[str(job.job_id)] = line
            click.echo(line)
