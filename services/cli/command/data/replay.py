"""`brainshare replay`: runs jobs of the past again, and says what has changed."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemas.api.replay.request import DEFAULT_RATE
from schemas.stage import STAGE_ORDER, StageName
from services.cli.replay.gateway.compare_command import compare, control
from services.cli.replay.gateway.drive_command import abort, pause, start
from services.cli.replay.gateway.list_command import list_replays, show
from services.cli.replay.gateway.planning import plan_on_gateway, refuse_of_manifest
from services.cli.replay.gateway.promote_command import promote, rollback
from services.cli.replay.pace_options import with_pace
from services.cli.replay.past_access import run_on_past
from services.cli.request.job_list import read_job_list
from services.cli.target.answering_model import find_model
from services.cli.target.options import with_meant_target, with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.fold import fold
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.moment import Moment
from services.cli.terminal.number import Amount, Number, OneOf, listed
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import escape_json
from services.lifecycle.clock import utc_now

if TYPE_CHECKING:
    from services.replay.manifest import Selection
    from services.replay.plan import Plan

ENDS = ("completed", "failed", "cancelled")
STAGES = tuple(stage.value for stage in STAGE_ORDER)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print for programs.")
_manifest = click.argument("manifest", type=click.Path(path_type=Path, dir_okay=False))


@click.group("replay", cls=WholeHelp)
def command() -> None:
    """Run jobs of the past again, with another prompt or model, and compare.

    Plan first: it reads the topics and writes a manifest. Nothing that is run again is shown to
    those who posted the job, and the job stays as it is.
    """


@command.command("plan")
@click.option(
    "--stage",
    type=OneOf(STAGES),
    required=True,
    help=f"The first to run again, with those after it: {listed(STAGES)}.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("manifest.json"),
    show_default=True,
    help="The manifest, a new file.",
)
@click.option("--from", "from_at", type=Moment(), help="Jobs accepted since then: 2h, a date.")
@click.option("--to", "to_at", type=Moment(), help="Jobs accepted before.")
@click.option(
    "--status",
    "statuses",
    type=OneOf(ENDS),
    multiple=True,
    metavar="STATUS",
    help=f"{listed(ENDS)}. [default: completed and failed]",
)
@click.option("--tag", "tags", multiple=True, help="Jobs with this tag; of several, with all.")
@click.option("--table", "table_id", help="Jobs of this table.")
@click.option("--tenant", help="Jobs of this tenant.")
@click.option("--sample", type=Number(1), help="So many of them, drawn the same each time.")
@click.option("--limit", type=Number(1), help="So many of them, the oldest.")
@click.option(
    "--jobs-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only the jobs of this file, an id a line.",
)
@click.option(
    "--prompt",
    metavar="FILE|VERSION",
    help="That is to answer: the text of a file, which the jobs bring along, or a version that the"
    " agents have. [default: this release's]",
)
@click.option("--model", help="Model that is to answer. [default: the running stack's]")
@click.option(
    "--rate",
    type=Amount(0.01, 1000),
    default=DEFAULT_RATE,
    show_default=True,
    help="Jobs started a second, for the duration; run has its own.",
)
@click.option(
    "--on-gateway",
    is_flag=True,
    help="Let the gateway plan it and keep the plan, in place of a manifest; start runs it.",
)
@click.option(
    "--ask-all",
    is_flag=True,
    help="Ask later stages also where they get the same as before; else they take over what they"
    " answered then.",
)
@click.option("--live", is_flag=True, help="People are told of the new jobs; run asks first.")
@as_json_option
@with_target
def plan(
    target: Target,
    stage: str,
    output: Path,
    jobs_file: Path | None,
    prompt: str | None,
    model: str | None,
    rate: float,
    on_gateway: bool,
    ask_all: bool,
    live: bool,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Write down which jobs would run again, and what that would take.

    The topics are read without a group, so nobody's place in them moves. Nothing runs.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.replay.plan_view import describe_plan, plan_lines, tell_empty
    from services.cli.replay.prompt_choice import read_choice
    from services.replay.plan import make_plan, name_change

    if on_gateway:
        refuse_of_manifest()
    elif output.exists():
        raise CliError(f"{output} is there already: name another file with -o, or remove it")
    listed_jobs = None if jobs_file is None else read_job_list(jobs_file)
    selection = _select(is_listed=jobs_file is not None, **wanted)
    name = StageName(stage)
    chosen = read_choice(prompt, name)
    if on_gateway:
        said = (target, stage, wanted, listed_jobs, chosen, model)
        plan_on_gateway(*said, live=live, ask_all=ask_all, as_json=as_json)
        return
    answering = find_model(target, model)
    told = (name, chosen, answering.name, answering.price)
    change = name_change(*told, is_live=live, asks_all=ask_all)
    planning = make_plan(target.kafka, change, selection, listed_jobs, utc_now())
    made = run_on_past(target, planning)
    if not made.manifest.jobs:
        raise CliError(f"{tell_empty(made)} (broker {target.servers}); no manifest is written")
    _write(made, output)
    if as_json:
        click.echo(escape_json(json.dumps(describe_plan(made, answering.told, rate)).encode()))
        return
    for line in plan_lines(made, answering.told, rate):
        click.echo(fold(line, sys.stdout, indent=2))
    hint(f"run it with `brainshare replay run {output}`")


@command.command("run")
@_manifest
@with_pace
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_meant_target
def run(
    target: Target,
    manifest: Path,
    rate: float,
    live_wait: float,
    max_open: int | None,
    max_cost: float | None,
    max_failed: float | None,
    yes: bool,
) -> None:
    """Start the jobs of a manifest, live work first.

    Each is started once, however often this is: what was stopped goes on. The new jobs are
    shadows: nobody is told of them, no list shows them unasked, and the old ones stay as they are.
    Of a manifest that was planned --live people are told, so this asks first.
    """
    from services.cli.replay.start import start_replays
    from services.replay.ceiling import Ceiling

    share = None if max_failed is None else max_failed / 100
    ceiling = Ceiling(max_cost, share)
    start_replays(target, manifest, rate, live_wait, ceiling, max_open, is_asked=not yes)


command.add_command(control)
command.add_command(list_replays)
command.add_command(show)
command.add_command(start)
command.add_command(pause)
command.add_command(abort)
command.add_command(compare)
command.add_command(promote)
command.add_command(rollback)


def _select(statuses: tuple[str, ...], **wanted: Any) -> "Selection":
    from services.replay.manifest import JobEnd, Selection

    begin: datetime | None = wanted["from_at"]
    end: datetime | None = wanted["to_at"]
    if begin is not None and end is not None and begin >= end:
        raise click.UsageError(
            f"--from is {begin:%Y-%m-%d %H:%M:%S}Z, which is not before --to,"
            f" {end:%Y-%m-%d %H:%M:%S}Z"
        )
    return Selection(statuses=tuple(JobEnd(status) for status in statuses), **wanted)


def _write(made: "Plan", output: Path) -> None:
    try:
        made.manifest.write(output)
    except OSError as error:
        raise CliError(f"{output} cannot be written: {tell_os_error(error)}") from error
    say(f"{output} is written")
