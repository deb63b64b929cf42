"""`brainshare replay`: runs jobs of the past again, and says what has changed."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemas.stage import STAGE_ORDER, StageName
from services.cli.request.job_list import read_job_list
from services.cli.target.answering_model import find_model, refuse_other_model
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import CliError, Interrupted, ReplayWorse
from services.cli.terminal.fold import fold
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.moment import Moment
from services.cli.terminal.number import Amount, Number, OneOf, listed
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import escape_json
from services.cli.view.replay_run import tell_progress
from services.lifecycle.clock import utc_now
from services.lifecycle.lock import LockHeldError, hold_lock

if TYPE_CHECKING:
    from services.replay.manifest import Manifest, Selection
    from services.replay.plan import Plan

ENDS = ("completed", "failed", "cancelled")
SHOW = "Of so many answers the cells that differ, the worst first."
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
@click.option("--prompt", help="Version that is to answer. [default: this release's]")
@click.option("--model", help="Model that is to answer. [default: the running stack's]")
@as_json_option
@with_target
def plan(
    target: Target,
    stage: str,
    output: Path,
    jobs_file: Path | None,
    prompt: str | None,
    model: str | None,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Write down which jobs would run again, and what that would take.

    The topics are read without a group, so nobody's place in them moves. Nothing runs.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.view.replay_plan import describe_plan, plan_lines
    from services.replay.plan import Change, make_plan, prompt_of

    if output.exists():
        raise CliError(f"{output} is there already: name another file with -o, or remove it")
    listed_jobs = None if jobs_file is None else read_job_list(jobs_file)
    selection = _select(is_listed=jobs_file is not None, **wanted)
    name = StageName(stage)
    answering = find_model(target, model)
    change = Change(name, prompt or prompt_of(name), answering.name, answering.price)
    planning = make_plan(target.kafka, change, selection, listed_jobs, utc_now())
    made = run_on_topics(planning, f"the topics at {target.servers} to be read")
    _write(made, output)
    if as_json:
        click.echo(escape_json(json.dumps(describe_plan(made, answering.told)).encode()))
        return
    for line in plan_lines(made, answering.told):
        click.echo(fold(line, sys.stdout, indent=2))
    hint(f"run it with `brainshare replay run {output}`")


@command.command("run")
@_manifest
@click.option(
    "--rate", type=Amount(0.01, 1000), default=5.0, show_default=True, help="Jobs started a second."
)
@with_target
def run(target: Target, manifest: Path, rate: float) -> None:
    """Start the jobs of a manifest.

    Each is started once, however often this is: what was stopped goes on. The new jobs are
    shadows: nobody is told of them, no list shows them unasked, and the old ones stay as they are.
    """
    from services.gateway.outbox.rate import Rate
    from services.replay.plan import prompt_of
    from services.replay.run import RunProgress, run_manifest

    planned = _read(manifest)
    if planned.prompt_version != (ours := prompt_of(planned.stage)):
        raise CliError(
            f"the manifest is for the prompt {planned.prompt_version}, and this release has {ours}:"
            " deploy the other one first, or plan again"
        )
    refuse_other_model(target, planned.model)
    progress = RunProgress(len(planned.jobs))
    try:
        with hold_lock(manifest.with_name(f"{manifest.name}.lock")):
            body = run_manifest(target.kafka, planned, progress, Rate(rate).take_turn, utc_now)
            run_on_topics(body, f"{len(planned.jobs)} jobs to be started at {rate:g} a second")
    except OSError as error:
        raise CliError(f"{manifest}.lock cannot be made: {error.strerror}") from error
    except LockHeldError as error:
        raise CliError(f"process {error.holder} runs {manifest} already") from error
    except KeyboardInterrupt as error:
        raise Interrupted(f"{tell_progress(progress)}; the same command goes on") from error
    except CliError as error:
        raise CliError(f"{error}; {tell_progress(progress)}; the same command goes on") from error
    click.echo(tell_progress(progress))
    for job_id in progress.gone:
        click.echo(f"not started {job_id}: its record is gone, or is not the one of the plan")
    hint(f"see what has changed with `brainshare replay compare {manifest}`")


@command.command("compare")
@_manifest
@click.option("--show", type=Number(0, 1000), default=3, show_default=True, help=SHOW)
@click.option(
    "--fail-if",
    "limits",
    metavar="LIMITS",
    help="End with status 12 then, or if answers are missing: 'worse>2% or cost>+10%'.",
)
@as_json_option
@with_target
def compare(target: Target, manifest: Path, show: int, limits: str | None, as_json: bool) -> None:
    """Say what has changed: of each answer one of six things, which add up to all.

    same; changed, and the checks find neither better; better or worse by the checks; failing,
    where there was an answer; missing, where there is none yet.
    """
    from services.cli.view.replay_comparison import comparison_lines, describe_comparison
    from services.replay.comparison.limit import passed_limits, read_limits
    from services.replay.comparison.reading import compare

    planned = _read(manifest)
    try:
        terms = read_limits(limits) if limits is not None else ()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fail-if") from error
    found, lost = run_on_topics(
        compare(target.kafka, planned), f"the topics at {target.servers} to be read"
    )
    if as_json:
        told = json.dumps(describe_comparison(found, lost, show)).encode()
        click.echo(escape_json(told))
    else:
        for line in comparison_lines(found, lost, show):
            click.echo(fold(line, sys.stdout, indent=2))
    if limits is not None and (passed := passed_limits(found, terms)):
        raise ReplayWorse("; ".join(passed))


def _read(path: Path) -> "Manifest":
    from services.replay.manifest import Manifest, ManifestError

    try:
        return Manifest.read(path)
    except ManifestError as error:
        raise CliError(str(error)) from error


def _select(statuses: tuple[str, ...], **wanted: Any) -> "Selection":
    from services.replay.manifest import JobEnd, Selection

    begin: datetime | None = wanted["from_at"]
    end: datetime | None = wanted["to_at"]
    if begin is not None and end is not None and begin >= end:
        raise click.UsageError(f"--from is {begin:%Y-%m-%d %H:%M:%S}Z, which is not before --to")
    return Selection(statuses=tuple(JobEnd(status) for status in statuses), **wanted)


def _write(made: "Plan", output: Path) -> None:
    try:
        made.manifest.write(output)
    except OSError as error:
        raise CliError(f"{output} cannot be written: {error.strerror}") from error
    say(f"{output} is written")
