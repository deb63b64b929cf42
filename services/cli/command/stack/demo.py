"""`brainshare demo`: a whole stack, and one sample job to look at."""

import asyncio
from importlib.resources import files
from typing import Any

import click

from services.cli.client.command_client import connect
from services.cli.command.job.watch import watch_job
from services.cli.command.stack.up import read_options, stack_options
from services.cli.stack.stack_file import Stack
from services.cli.terminal.output import open_console, say
from services.cli.view.result import print_result


@click.command("demo")
@stack_options
@click.option("--exit", "exits", is_flag=True, help="Stop when the sample job has ended.")
def command(exits: bool, **given: Any) -> None:
    """Start a whole stack, run a sample job, and stay until Ctrl-C."""
    from services.cli.stack.run import run_stack  # the broker's fetcher is slow to import

    async def show(stack: Stack) -> int | None:
        url = f"http://{stack.find_address('gateway')}"
        await asyncio.to_thread(_run_sample_job, url)
        if exits:
            return 0
        say(f"console: {url}/console   API: {url}/v1/jobs, described at {url}/docs")
        say("Ctrl-C stops everything")
        return None

    raise SystemExit(run_stack(read_options(given), show, say))


def _run_sample_job(url: str) -> None:
    request = files("services.cli").joinpath("sample_request.json").read_bytes()
    with connect(url) as gateway:
        job = gateway.jobs.post(request)
        say(f"submitted the sample job {job.job_id}: suggestions for a table of planets")
        watch_job(gateway, str(job.job_id))
        done = gateway.jobs.get(str(job.job_id))
    if done.result is not None:
        print_result(done.result, open_console())
