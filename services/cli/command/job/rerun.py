"""`brainshare rerun`: runs a job again from one of its stages, as a new job."""

import sys
from typing import Any

import click

from schemas.stage import STAGE_ORDER, StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.command.job.watch import watch_job
from services.cli.request.draft import Wishes
from services.cli.request.rerun import draft_rerun
from services.cli.request.sent import Sent
from services.cli.request.source import Source, read_source
from services.cli.target.answering_model import refuse_other_model
from services.cli.target.completion import complete_jobs, complete_sources
from services.cli.target.options import open_gateway, with_meant_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.number import Amount, Number, OneOf, listed
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import escape_json, is_sendable
from services.cli.view.listing import SHORT_ID

STAGES = tuple(stage.value for stage in STAGE_ORDER)


@click.command("rerun")
@click.argument("job_id", shell_complete=complete_jobs)
@click.option(
    "--from",
    "stage",
    type=OneOf(STAGES),
    required=True,
    help=f"The first to run again, {listed(STAGES)}; those before it are not paid again.",
)
@click.option(
    "--context",
    metavar="FILE|-|TEXT",
    shell_complete=complete_sources,
    help="Another table, as `submit` takes it. [default: the job's]",
)
@click.option("--columns", type=Number(0, 10), help="How many columns are wanted.")
@click.option("--rows", type=Number(0, 50), help="How many rows are wanted.")
@click.option("--tag", "tags", multiple=True, help="In place of the job's; several are fine.")
@click.option("--webhook", metavar="ADDRESS", help="Tell this address of the new job.")
@click.option("--max-cost", "max_cost_usd", type=Amount(0, min_open=True), help="In US dollars.")
@click.option("--prompt", help="Only if this version of the stage's prompt answers.")
@click.option("--model", help="Only if this model answers.")
@click.option("--key", help="Idempotency key: the same key is the same rerun.")
@click.option("--watch", "is_watched", is_flag=True, help="Watch the new job until it has ended.")
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_meant_target
def command(
    target: Target,
    job_id: str,
    stage: str,
    context: str | None,
    prompt: str | None,
    model: str | None,
    key: str | None,
    is_watched: bool,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Run JOB_ID, which has ended, again from a stage on, and print the id of the new job.

    What the stages before have answered is taken over. The job itself stays as it is. Prompt and
    model are those of the agents that run: --prompt and --model only make sure of them.
    """
    if key is not None and not is_sendable(key):
        raise click.UsageError(f"--key is {key!r}: give printable ASCII, it goes in a header")
    _refuse_other(target, StageName(stage), prompt, model)
    body = draft_rerun(stage, _read_context(context), Wishes(**wanted))
    with open_gateway(target) as gateway:
        new_id = _post(gateway, find_job(gateway, job_id), body, key, as_json=as_json)
        if is_watched:
            watch_job(gateway, new_id, as_json)
    if is_watched:
        hint(f"see it with `brainshare result {new_id[:SHORT_ID]}`")


def _refuse_other(target: Target, stage: StageName, prompt: str | None, model: str | None) -> None:
    refuse_other_model(target, model, "--model says")
    if prompt is None:
        return
    # The stages are slow to import, and nobody else needs them here.
    from services.replay.plan import prompt_of

    if prompt != (ours := prompt_of(stage)):
        raise CliError(
            f"--prompt says {prompt}, and the {stage} stage of this release has {ours}: deploy the"
            " other one first, or leave it out"
        )


def _read_context(given: str | None) -> Source | None:
    if given is None:
        return None
    source = read_source(given, sys.stdin.buffer)
    for note in source.notes:
        say(note)
    return source


def _post(
    gateway: CommandClient, job_id: str, body: bytes, key: str | None, *, as_json: bool
) -> str:
    sent = Sent()
    with sent.telling(), sent.sending(f"the rerun of {job_id}", key) as own_key:
        job = gateway.jobs.post_rerun(job_id, body, own_key)
        sent.note(str(job.job_id))
        click.echo(escape_json(job.to_json()) if as_json else str(job.job_id))
    return str(job.job_id)
