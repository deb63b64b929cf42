"""Starts the replays of a manifest, live work first, and cancels them."""

from collections import Counter
from pathlib import Path

import click

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient
from services.cli.replay.agreement import agrees
from services.cli.replay.past_access import run_on_past
from services.cli.replay.replay_id import read_id
from services.cli.replay.run_view import tell_progress
from services.cli.target.answering_model import refuse_other_model
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, Interrupted, RequestRefused
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import hint
from services.gateway.outbox.rate import Rate
from services.lifecycle.clock import utc_now
from services.lifecycle.lock import LockHeldError, hold_lock
from services.replay.ceiling import Ceiling, ReplayStoppedError
from services.replay.manifest import Manifest, ManifestError
from services.replay.plan import prompt_of
from services.replay.run import Pacing, RunProgress, find_started, run_manifest

AGAIN = "the same command goes on"
CANCELLING, UNKNOWN = JobState.CANCELLING.value, "unknown"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        CliError: The file is none that can be run.
    """
    if read_id(str(path)) is not None and not path.exists():
        raise CliError(
            f"{path} is the id of a gateway's replay, and this takes a manifest: that one is run by"
            f" `brainshare replay start {path}`"
        )
    try:
        return Manifest.read(path)
    except ManifestError as error:
        raise CliError(str(error)) from error


def start_replays(
    target: Target,
    path: Path,
    rate: float,
    live_wait_s: float,
    ceiling: Ceiling,
    max_open: int | None,
    *,
    is_asked: bool,
) -> None:
    """Start what was not started yet, and say what came of it.

    Args:
        path: The manifest: beside it is the lock.
        is_asked: Whether the person is asked first where others are told of the jobs.

    Raises:
        CliError: It cannot be run, or was stopped on the way.
    """
    planned = read_manifest(path)
    ours = prompt_of(planned.stage)
    if planned.prompt is None and planned.prompt_version != ours:
        raise CliError(
            f"the manifest is for the prompt {planned.prompt_version}, and this release has {ours}:"
            " deploy the other one first, or plan again"
        )
    refuse_other_model(target, planned.model)
    if planned.is_live and is_asked and not agrees(tell_live(planned)):
        raise CliError("nothing was started: --yes does not ask")
    progress = RunProgress(len(planned.jobs))
    pacing = Pacing(Rate(rate).take_turn, live_wait_s, ceiling, max_open)
    try:
        with hold_lock(path.with_name(f"{path.name}.lock")):
            body = run_manifest(target.kafka, planned, progress, pacing, utc_now)
            told = f"{len(planned.jobs)} jobs to be started at {rate:g} a second"
            run_on_past(target, body, told)
    except OSError as error:
        raise CliError(f"{path}.lock cannot be made: {tell_os_error(error)}") from error
    except LockHeldError as error:
        raise CliError(f"process {error.holder} runs {path} already") from error
    except ReplayStoppedError as error:
        raise CliError(
            f"stopped: {error}; {tell_progress(progress)}; what was started goes on:"
            f" `brainshare replay abort {path}` cancels it"
        ) from error
    except KeyboardInterrupt as error:
        raise Interrupted(f"{tell_progress(progress)}; {AGAIN}") from error
    except CliError as error:
        raise CliError(f"{error}; {tell_progress(progress)}; {AGAIN}") from error
    click.echo(tell_progress(progress))
    for job_id in progress.gone:
        click.echo(f"not started {job_id}: its record is gone, or is not the one of the plan")
    hint(f"see what has changed with `brainshare replay compare {path}`")


def tell_live(planned: Manifest) -> str:
    """What a live replay does, as a question."""
    return (
        f"start {len(planned.jobs)} new jobs that people see: in lists, streams and webhooks, in"
        " their tenants' limits and costs? The jobs of which they are replays stay as they are"
    )


def abort_replays(target: Target, path: Path, *, is_asked: bool, reason: str) -> Counter[str]:
    """Cancel those that have not ended.

    Args:
        is_asked: Whether the person is asked first.

    Returns:
        How many of those that were started had which status; `unknown` are not in the gateway's
        tables, and `cancelling` are those that this has cancelled.

    Raises:
        CliError: The person says no, or the gateway refuses.
    """
    planned = read_manifest(path)
    started = run_on_past(target, find_started(target.kafka, planned))
    question = f"cancel those of {len(started)} replays that have not ended?"
    if started and is_asked and not agrees(question):
        raise CliError("nothing was cancelled: the replays go on; --yes does not ask")
    if not started:
        return Counter()
    with open_gateway(target) as gateway:
        return Counter(_cancel(gateway, str(job_id), reason) for job_id in sorted(started))


def tell_ends(ends: Counter[str]) -> str:
    """What has become of the replays of a manifest that was aborted."""
    if not ends:
        return "nothing of it was started"
    said = {
        CANCELLING: "are being cancelled",
        JobState.CANCELLED.value: "were cancelled before",
        UNKNOWN: "are not known to the gateway",
    }
    parts = sorted((said.get(end, f"had {end}"), count) for end, count in ends.items())
    return ", ".join(f"{count} {what}" for what, count in parts)


def _cancel(gateway: CommandClient, job_id: str, reason: str) -> str:
    try:
        state = gateway.jobs.get(job_id).status
    except RequestRefused:
        return UNKNOWN
    if state.is_final:
        return state.value
    gateway.jobs.cancel(job_id, reason=reason)
    return CANCELLING
