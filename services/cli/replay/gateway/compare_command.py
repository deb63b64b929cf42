"""`brainshare replay control` and `compare`: what has changed, and how much of it is noise."""

import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from schemas.api.replay.comparison import ReplayComparison
from services.cli.export.new_file import refuse_existing, write_new
from services.cli.replay.gateway.list_view import replay_lines
from services.cli.replay.past_access import run_on_past
from services.cli.replay.replay_id import read_id
from services.cli.target.answering_model import find_model
from services.cli.target.options import open_gateway, with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, ReplayWorse
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Number
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint, print_json, say
from services.cli.terminal.text import escape_json, plain
from services.lifecycle.clock import utc_now

SHOW = "Of so many answers the cells that differ, the worst first."
FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Wanted:
    """What is to be made of a comparison.

    Attributes:
        shown: So many of the worst cases.
        limits: Which it must not pass, as `--fail-if` has them; None for none.
        as_json: Whether it is printed for programs.
        html_to, csv_to: Files that it is written to; None for none.
        overwrite: Whether such a file may exist.
    """

    shown: int
    limits: str | None
    as_json: bool
    html_to: Path | None
    csv_to: Path | None
    overwrite: bool


@click.command("control")
@click.argument("replay", metavar="MANIFEST|ID")
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("control.json"),
    show_default=True,
    help="The control's manifest, a new file; of an ID the gateway keeps it.",
)
@click.option("--sample", type=Number(1), help="So many of its jobs, drawn the same each time.")
@with_target
def control(target: Target, replay: str, output: Path, sample: int | None) -> None:
    """Plan the jobs of a manifest, or of the replay ID of the gateway, once more.

    It shows how a model differs from itself. Run it while the agents have the prompt and model that
    answered before, or those of the replay; `replay compare` finds out which, and calls what
    differs by more. Nothing runs yet.
    """
    if (replay_id := read_id(replay)) is not None:
        with open_gateway(target) as gateway:
            planned = gateway.replays.plan_control(replay_id, sample=sample)
        for line in replay_lines(planned):
            click.echo(fold(line, sys.stdout, indent=4))
        hint(f"run it with `brainshare replay start {planned.id}`")
        return
    _plan_control(target, Path(replay), output, sample)


def _plan_control(target: Target, manifest: Path, output: Path, sample: int | None) -> None:
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
@click.argument("replay", metavar="MANIFEST|ID")
@click.option("--control", "beside", metavar="FILE|ID", help="A control that has run: the noise.")
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
    replay: str,
    beside: str | None,
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
    called only where it is outside of the noise, and --fail-if asks for no other. A replay ID of
    the gateway is compared there, with a control of its own, and the broker is not asked.
    """
    from services.replay.comparison.limit import read_limits

    for path in (html_to, csv_to):
        if path is not None:
            refuse_existing(path, overwrite=overwrite)
    try:
        read_limits(limits) if limits is not None else ()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fail-if") from error
    wanted = Wanted(show, limits, as_json, html_to, csv_to, overwrite)
    if (replay_id := read_id(replay)) is not None:
        _compare_there(target, replay_id, beside, wanted)
    else:
        _compare_here(target, Path(replay), None if beside is None else Path(beside), wanted)


def _compare_there(target: Target, replay_id: UUID, beside: str | None, wanted: Wanted) -> None:
    """Let the gateway compare."""
    control_id = None if beside is None else read_id(beside)
    if beside is not None and control_id is None:
        raise CliError(f"--control is {beside}: of a gateway's replay it is the id of a control")
    with open_gateway(target) as gateway:
        replays = gateway.replays
        found = replays.compare(
            replay_id, show=wanted.shown, control=control_id, fail_if=wanted.limits
        )
        if wanted.as_json:
            click.echo(escape_json(found.to_json()))
        else:
            _print(found)
        if wanted.html_to is not None:
            page = replays.comparison_html(replay_id, show=wanted.shown, control=control_id)
            _write(wanted.html_to, page, wanted)
        if wanted.csv_to is not None:
            _write(wanted.csv_to, replays.comparison_csv(replay_id), wanted)
    if found.failures:
        raise ReplayWorse("; ".join(map(plain, found.failures)))


def _compare_here(target: Target, path: Path, beside: Path | None, wanted: Wanted) -> None:
    """Read the topics, and compare."""
    from services.cli.replay.start import read_manifest
    from services.replay.comparison.control import ControlError
    from services.replay.comparison.description import describe_comparison
    from services.replay.comparison.limit import passed_limits, read_limits
    from services.replay.comparison.reading import compare as compare_topics
    from services.replay.report.comparison_csv import write_comparison
    from services.replay.report.page import write_page

    planned = read_manifest(path)
    control = None if beside is None else read_manifest(beside)
    try:
        found, lost = run_on_past(target, compare_topics(target.kafka, planned, control))
    except ControlError as error:
        raise CliError(str(error)) from error
    told = describe_comparison(found, lost, wanted.shown)
    if wanted.as_json:
        print_json(told)
    else:
        _print(ReplayComparison.model_validate(told))
    if wanted.html_to is not None:
        _write(wanted.html_to, write_page(found, lost, wanted.shown), wanted)
    if wanted.csv_to is not None:
        _write(wanted.csv_to, write_comparison(found), wanted)
    limits = wanted.limits
    if limits is not None and (passed := passed_limits(found, read_limits(limits))):
        raise ReplayWorse("; ".join(passed))


def _print(found: ReplayComparison) -> None:
    from services.cli.report.comparison_view import comparison_lines

    for line in comparison_lines(found):
        click.echo(fold(line, sys.stdout, indent=2))


def _write(path: Path, body: bytes, wanted: Wanted) -> None:
    write_new(path, body, overwrite=wanted.overwrite)
    say(f"{path} is written")
