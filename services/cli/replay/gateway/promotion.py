"""Promotes the results of a gateway's replay, or rolls them back: it goes through the jobs."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

import click

from brainshare_client import Refused
from schemas.api.batch import BulkAction, BulkOutcome, BulkState
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow_bulk
from services.cli.replay.agreement import NOTHING, agrees
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.output import hint, say
from services.cli.terminal.text import plain
from services.cli.view.bulk_action import bulk_line


def find_total(target: Target, replay_id: UUID) -> int | None:
    """Of how many jobs a replay of the gateway is; None where it has none with this id."""
    with open_gateway(target) as gateway:
        try:
            return gateway.replays.get(replay_id).total
        except RequestRefused as error:
            refused = error.__cause__
            if isinstance(refused, Refused) and refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise


def promote_of_gateway(
    target: Target,
    replay_id: UUID,
    jobs: Sequence[str],
    rule: str,
    *,
    is_asked: bool,
    reason: str,
) -> None:
    """Promote what passes the rule, and say what does not and why.

    Args:
        jobs: The ids of those that are meant; none for all.
        is_asked: Whether the person is asked first.

    Raises:
        CliError: The person says no, or the gateway refuses.
    """
    wanted = jobs or None
    with open_gateway(target) as gateway:
        if is_asked:
            counted = gateway.replays.preview_promote(replay_id, rule=rule, job_ids=wanted)
            question = f"make {counted.total} results of the replay those of their jobs?"
            if counted.total and not agrees(question):
                raise CliError(NOTHING)
        begun = gateway.replays.promote(replay_id, rule=rule, job_ids=wanted, reason=reason)
        ended = tell_end(gateway, begun, "promoted")
    if ended.done:
        hint(f"take them back with `brainshare replay rollback {replay_id}`")


def roll_back_of_gateway(
    target: Target, replay_id: UUID, total: int, *, is_asked: bool, reason: str
) -> None:
    """Give the jobs of a replay their own results again.

    Args:
        total: How many jobs it is of.

    Raises:
        CliError: The person says no, or the gateway refuses.
    """
    if is_asked and not agrees(f"give up to {total} jobs their own results again?"):
        raise CliError(NOTHING)
    with open_gateway(target) as gateway:
        begun = gateway.replays.roll_back(replay_id, reason=reason)
        tell_end(gateway, begun, "rolled back")


def tell_end(gateway: CommandClient, begun: BulkAction, done: str) -> BulkAction:
    """Wait for the gateway, and print each job that was skipped by name."""
    ended = follow_bulk(gateway, begun, lambda bulk: say(bulk_line(bulk)))
    skipped = f", {ended.skipped} skipped" if ended.skipped else ""
    click.echo(f"{done} {ended.done} of {ended.total} results{skipped}")
    for job in gateway.bulk_actions.jobs(str(ended.id), outcome=BulkOutcome.SKIPPED.value):
        click.echo(f"skipped {job.job_id}: {plain(job.detail or '')}")
    if ended.state is BulkState.STOPPED:
        raise CliError(f"it was stopped with {ended.waiting} jobs left")
    return ended
