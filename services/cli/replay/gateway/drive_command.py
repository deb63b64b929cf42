"""`brainshare replay start`, `pause` and `abort`: what a gateway does with its replay."""

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from schemas.api.replay.run import ReplayPace, ReplayRun, ReplayState
from services.cli.client.command_client import CommandClient
from services.cli.replay.agreement import agrees
from services.cli.replay.gateway.list_view import replay_line
from services.cli.replay.pace_options import with_pace_kept
from services.cli.replay.replay_id import read_id, require_id
from services.cli.target.options import (
    because,
    open_gateway,
    with_meant_gateway,
    with_meant_target,
)
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.output import hint, print_json, say
from services.cli.terminal.text import escape_json

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command("start")
@click.argument("replay_id", metavar="ID")
@with_pace_kept
@_yes
@because
@as_json_option
@with_meant_gateway
def start(
    gateway: CommandClient,
    replay_id: str,
    yes: bool,
    reason: str,
    as_json: bool,
    **said: float | None,
) -> None:
    """Start the replay ID of the gateway, or let it go on: live work first.

    Nothing waits for it here. One that was paused, or has stopped by itself, goes on at the rate
    and with the limits that it had, but for those that are said. What people would be told of is
    asked first, unless --yes is said.
    """
    replay = gateway.replays.get(require_id(replay_id, "run"))
    if replay.is_live and not yes and not agrees(_tell_live(replay)):
        raise CliError("nothing was started: --yes does not ask")
    kept = keep_pace(replay.pace, said)
    started = gateway.replays.start(replay.id, **kept, live=replay.is_live, reason=reason)
    if replay.state is ReplayState.RUNNING and any(value is not None for value in said.values()):
        say("it runs already, at the pace that it has: pause it first to change that")
    _show(started, as_json)
    hint(f"see how far it is with `brainshare replay show {replay.id}`")


@click.command("pause")
@click.argument("replay_id", metavar="ID")
@because
@as_json_option
@with_meant_gateway
def pause(gateway: CommandClient, replay_id: str, reason: str, as_json: bool) -> None:
    """Start no more jobs of the replay ID of the gateway for now: `start` goes on.

    What was started goes on.
    """
    _show(gateway.replays.pause(require_id(replay_id, None), reason=reason), as_json)


@click.command("abort")
@click.argument("replay", metavar="MANIFEST|ID")
@_yes
@because
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_meant_target
def abort(target: Target, replay: str, yes: bool, reason: str, as_json: bool) -> None:
    """Cancel what has not ended of the replays of a manifest, or of the replay ID of the gateway.

    What has ended stays, and can be compared. Of a manifest `replay run` would start what was not
    started; a gateway's replay that was aborted does not go on.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.replay.start import abort_replays, tell_ends

    if (replay_id := read_id(replay)) is not None:
        with open_gateway(target) as gateway:
            _show(_abort(gateway, replay_id, is_asked=not yes, reason=reason), as_json)
        return
    ends = abort_replays(target, Path(replay), is_asked=not yes, reason=reason)
    if as_json:
        print_json(dict(sorted(ends.items())))
    else:
        click.echo(tell_ends(ends))


def keep_pace(before: ReplayPace | None, said: dict[str, float | None]) -> dict[str, Any]:
    """The pace of a start, by the names of the client: what is not said is as it was started last.

    Args:
        before: None where it was never started: then the gateway has its defaults.
        said: By the names of the options, as the command is given them.
    """
    asked = {
        "rate": said["rate"],
        "live_wait_s": said["live_wait"],
        "max_open": said["max_open"],
        "max_cost_usd": said["max_cost"],
        "max_failed_percent": said["max_failed"],
    }
    was = {} if before is None else before.model_dump()
    return {name: was.get(name) if value is None else value for name, value in asked.items()}


def _abort(gateway: CommandClient, replay_id: UUID, *, is_asked: bool, reason: str) -> ReplayRun:
    replay = gateway.replays.get(replay_id)
    question = f"start no more of {replay.total} jobs, and cancel those that have not ended?"
    if is_asked and not agrees(question):
        raise CliError("nothing was cancelled: the replay goes on; --yes does not ask")
    return gateway.replays.abort(replay_id, reason=reason)


def _tell_live(replay: ReplayRun) -> str:
    return (
        f"start {replay.jobs.waiting} new jobs that people see: in lists, streams and webhooks, in"
        " their tenants' limits and costs? The jobs of which they are replays stay as they are"
    )


def _show(replay: ReplayRun, as_json: bool) -> None:
    click.echo(escape_json(replay.to_json()) if as_json else replay_line(replay))
