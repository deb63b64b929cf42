"""`brainshare replay promote` and `rollback`: what was compared becomes what the apps read."""

from pathlib import Path

import click

from services.cli.replay.replay_id import read_id
from services.cli.target.options import because, with_meant_target
from services.cli.target.target import Target

_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command("promote")
@click.argument("replay", metavar="MANIFEST|REPLAY")
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
@with_meant_target
def promote(
    target: Target, replay: str, jobs: tuple[str, ...], rule: str, yes: bool, reason: str
) -> None:
    """Make results of a replay those of its jobs: all of MANIFEST, or each JOB.

    In place of a manifest it may be the id of a gateway's REPLAY: then the gateway goes through
    the jobs, and each JOB is a whole id.

    The old ones stay readable. Jobs that have changed since the plan are skipped and named.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.replay.gateway.promotion import promote_of_gateway
    from services.cli.replay.promotion import promote_results
    from services.replay.comparison.promotion import read_rule

    try:
        wanted = read_rule(rule)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--if") from error
    if (replay_id := read_id(replay)) is not None:
        of = (replay_id, jobs, rule)
        promote_of_gateway(target, *of, is_asked=not yes, reason=reason)
        return
    promote_results(target, Path(replay), jobs, wanted, is_asked=not yes, reason=reason)


@click.command("rollback")
@click.argument("replay", metavar="MANIFEST|REPLAY|JOB")
@_yes
@because
@with_meant_target
def rollback(target: Target, replay: str, yes: bool, reason: str) -> None:
    """Give jobs their own results again: one JOB, or all that have one of MANIFEST or REPLAY.

    A result is then what it was before, to the last byte. What was promoted stays readable.
    """
    from services.cli.replay.gateway.promotion import find_total, roll_back_of_gateway
    from services.cli.replay.promotion import roll_back_job, roll_back_results

    named = read_id(replay)
    if named is None:
        roll_back_results(target, Path(replay), is_asked=not yes, reason=reason)
    elif (total := find_total(target, named)) is not None:
        roll_back_of_gateway(target, named, total, is_asked=not yes, reason=reason)
    else:
        roll_back_job(target, named, reason)
