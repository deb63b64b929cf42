"""`brainshare replay control` and `compare`: what has changed, and how much of it is noise."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from services.cli.export.new_file import refuse_existing, write_new
from services.cli.replay.past_access import run_on_past
from services.cli.target.answering_model import find_model
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, ReplayWorse
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Number
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint, print_json, say
from services.lifecycle.clock import utc_now

if TYPE_CHECKING:
    from services.replay.comparison.comparison import Comparison

SHOW = "Of so many answers the cells that differ, the worst first."
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("control")
@click.argument("manifest", type=FILE)
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("control.json"),
    show_default=True,
    help="The control's manifest, a new file.",
)
@click.option("--sample", type=Number(1), help="So many of its jobs, drawn the same each time.")
@with_target
def control(target: Target, manifest: Path, output: Path, sample: int | None) -> None:
    """Plan the jobs of a manifest once more, to see how a model differs from itself.

    Run it while the agents have the prompt and model that answered before, or those of the
    replay; `replay compare` finds out which, and calls what differs by more. Nothing runs yet.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.replay.start import read_manifest
    from services.replay.plan import plan_control, prompt_of

    planned = read_manifest(manifest)
    model = find_model(target, None).name
    made = plan_control(planned, prompt_of(planned.stage), model, sample, utc_now())
    try:
        made.write(output)
    except FileExistsError as error:
        raise CliError(f"{output} is there already: name another with -o, or remove it") from error
    except OSError as error:
        raise CliError(f"{output} cannot be written: {tell_os_error(error)}") from error
    say(f"{output} is written")
    answering = f"the prompt {made.prompt_version}{f' and the model {model}' if model else ''}"
    click.echo(f"{len(made.jobs)} of {len(planned.jobs)} jobs to run once more with {answering}")
    hint(f"run it with `brainshare replay run {output}`")


@click.command("compare")
@click.argument("manifest", type=FILE)
@click.option("--control", "control_path", type=FILE, help="A control that has run: the noise.")
@click.option("--show", type=Number(0, 1000), default=3, show_default=True, help=SHOW)
@click.option(
    "--fail-if",
    "limits",
    metavar="LIMITS",
    help="End with status 12 then, or if answers are missing: 'worse>2% or cost>+10%'.",
)
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@click.option("--html", "html_to", type=FILE, help="Write it as a page that stands alone.")
@click.option("--csv", "csv_to", type=FILE, help="Write each cell that differs as CSV.")
@click.option("--overwrite", is_flag=True, help="Write files although they exist.")
@with_target
def compare(
    target: Target,
    manifest: Path,
    control_path: Path | None,
    show: int,
    limits: str | None,
    as_json: bool,
    html_to: Path | None,
    csv_to: Path | None,
    overwrite: bool,
) -> None:
    """Say what has changed: of each answer one of six things, which add up to all.

    same; changed, and the checks find neither better; better or worse by the checks; failing,
    where there was an answer; missing, where there is none yet. With --control a difference is
    called only where it is outside of the noise, and --fail-if asks for no other.
    """
    from services.cli.replay.start import read_manifest
    from services.replay.comparison.control import ControlError
    from services.replay.comparison.limit import passed_limits, read_limits
    from services.replay.comparison.reading import compare as compare_topics

    for path in (html_to, csv_to):
        if path is not None:
            refuse_existing(path, overwrite=overwrite)
    planned = read_manifest(manifest)
    beside = None if control_path is None else read_manifest(control_path)
    try:
        terms = read_limits(limits) if limits is not None else ()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fail-if") from error
    body = compare_topics(target.kafka, planned, beside)
    try:
        found, lost = run_on_past(target, body)
    except ControlError as error:
        raise CliError(str(error)) from error
    _tell(found, lost, show, as_json=as_json)
    _write(found, lost, show, html_to, csv_to, overwrite=overwrite)
    if limits is not None and (passed := passed_limits(found, terms)):
        raise ReplayWorse("; ".join(passed))


def _tell(found: "Comparison", lost: list[UUID], show: int, *, as_json: bool) -> None:
    from services.cli.report.comparison_view import comparison_lines
    from services.replay.comparison.description import describe_comparison

    if as_json:
        print_json(describe_comparison(found, lost, show))
        return
    for line in comparison_lines(found, lost, show):
        click.echo(fold(line, sys.stdout, indent=2))


def _write(
    found: "Comparison",
    lost: list[UUID],
    show: int,
    html_to: Path | None,
    csv_to: Path | None,
    *,
    overwrite: bool,
) -> None:
    from services.replay.report.comparison_csv import write_comparison
    from services.replay.report.page import write_page

    if html_to is not None:
        write_new(html_to, write_page(found, lost, show), overwrite=overwrite)
        say(f"{html_to} is written")
    if csv_to is not None:
        write_new(csv_to, write_comparison(found), overwrite=overwrite)
        say(f"{csv_to} is written")
