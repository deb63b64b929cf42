"""`brainshare replay promote` and `rollback`: what was compared becomes what the apps read."""

from pathlib import Path

import click

from services.cli.target.options import because, with_target
from services.cli.target.target import Target

FILE = click.Path(path_type=Path, dir_okay=False)
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command("promote")
@click.argument("manifest", type=FILE)
@click.argument("jobs", nargs=-1, metavar="[JOB...]")
@click.option(
    "--if",
    "rule",
    metavar="RULE",
    default="not worse",
    show_default=True,
    help="Which: better, 'better or changed', 'not worse', by the checks; any takes all.",
)
@_yes
@because
@with_target
def promote(
    target: Target, manifest: Path, jobs: tuple[str, ...], rule: str, yes: bool, reason: str
) -> None:
    """Make results of a replay those of its jobs: all of MANIFEST, or each JOB.

    The old ones stay readable. Jobs that have changed since the plan are skipped and named.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.replay.promotion import promote_results
    from services.replay.comparison.promotion import read_rule

    try:
        wanted = read_rule(rule)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--if") from error
    promote_results(target, manifest, jobs, wanted, is_asked=not yes, reason=reason)


@click.command("rollback")
@click.argument("replay", metavar="MANIFEST|JOB")
@_yes
@because
@with_target
def rollback(target: Target, replay: str, yes: bool, reason: str) -> None:
    """Give jobs their own results again: one JOB, or all that have one of MANIFEST.

    A result is then what it was before, to the last byte. What was promoted stays readable.
    """
    from services.cli.replay.promotion import roll_back_results

    roll_back_results(target, replay, is_asked=not yes, reason=reason)
