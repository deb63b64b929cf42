"""Promotes the results of a replay, one job after the other, and rolls them back."""

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import click

from brainshare_client import Refused
from schemas.api.status import JobStatus
from services.cli.client.command_client import CommandClient
from services.cli.replay.agreement import NOTHING, agrees
from services.cli.replay.past_access import run_on_past
from services.cli.replay.start import read_manifest
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.output import hint
from services.replay.comparison.promotion import Rule, choose
from services.replay.comparison.reading import compare
from services.replay.manifest import Manifest

OF_ONE_JOB = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Answers after which others are asked for all the same."""


@dataclass
class Outcome:
    """What has become of the results that were meant.

    Attributes:
        skipped: Each job whose result stays, and why.
    """

    done: int = 0
    unchanged: int = 0
    skipped: dict[str, str] = field(default_factory=dict)

    def tell(self, total: int, done: str, unchanged: str) -> None:
        """Print it, each job that was skipped by name."""
        parts = f", {self.unchanged} {unchanged}" if self.unchanged else ""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        click.echo(f"{done} {self.done} of {total} results{parts}{skipped}")
        for job_id, why in self.skipped.items():
            click.echo(f"skipped {job_id}: {why}")


def promote_results(
    target: Target, path: Path, jobs: tuple[str, ...], rule: Rule, *, is_asked: bool, reason: str
) -> None:
    """Promote what passes the rule, and say what does not and why.

    Args:
        path: The manifest.
        jobs: The beginnings of the ids of those that are meant; none for all.
        is_asked: Whether the person is asked first.
    """
    planned = read_manifest(path)
    wanted = [_find(planned, job) for job in jobs]
    found, _ = run_on_past(target, compare(target.kafka, planned))
    choice = choose(planned, found.pairs, rule, wanted)
    outcome = Outcome(skipped={str(job): why for job, why in choice.skipped.items()})
    question = f"make {len(choice.chosen)} results of the replay those of their jobs?"
    if choice.chosen and is_asked and not agrees(question):
        raise CliError(NOTHING)
    total = len(choice.chosen) + len(choice.skipped)
    try:
        with open_gateway(target) as gateway:
            for source, replay in choice.chosen.items():
                promote_one(gateway, outcome, source, replay, reason)
    finally:
        outcome.tell(total, "promoted", "were promoted before")
    if outcome.done:
        hint(f"take them back with `brainshare replay rollback {path}`")


def roll_back_results(target: Target, path: Path, *, is_asked: bool, reason: str) -> None:
    """Give the jobs of a manifest the results again that they have come to by themselves.

    Only those whose result is the replay's.

    Raises:
        CliError: The person says no.
    """
    planned = read_manifest(path)
    total = len(planned.jobs)
    if is_asked and not agrees(f"give up to {total} jobs their own results again?"):
        raise CliError(NOTHING)
    outcome = Outcome()
    try:
        with open_gateway(target) as gateway:
            for job in planned.jobs:
                roll_back_one(gateway, outcome, job.job_id, planned.id_of(job), reason)
    finally:
        outcome.tell(total, "rolled back", "had their own")


def roll_back_job(target: Target, job_id: UUID, reason: str) -> None:
    """Give one job its own result again.

    Raises:
        CliError: The gateway refuses it.
    """
    outcome = Outcome()
    with open_gateway(target) as gateway:
        roll_back_one(gateway, outcome, job_id, None, reason)
    if outcome.skipped:
        raise RequestRefused(outcome.skipped[str(job_id)])
    outcome.tell(1, "rolled back", "had their own")


def _find(planned: Manifest, job: str) -> UUID:
    found = [one.job_id for one in planned.jobs if str(one.job_id).startswith(job.lower())]
    if len(found) == 1:
        return found[0]
    raise CliError(f"{'several jobs' if found else 'no job'} of the manifest begin with {job!r}")


def promote_one(
    gateway: CommandClient, outcome: Outcome, source: UUID, replay: UUID, reason: str
) -> None:
    """Promote the result of a job's replay, and note what came of it."""
    try:
        if _current(gateway.jobs.get(str(source))) == replay:
            outcome.unchanged += 1
        else:
            gateway.jobs.promote(source, replay, reason=reason)
            outcome.done += 1
    except RequestRefused as error:
        outcome.skipped[str(source)] = _why(error)


def roll_back_one(
    gateway: CommandClient, outcome: Outcome, source: UUID, replay: UUID | None, reason: str
) -> None:
    """Roll a job back, and note what came of it.

    Args:
        replay: Only if it has the result of this one; None for whatever it has.
    """
    try:
        current = _current(gateway.jobs.get(str(source)))
        if current in (None, source):
            outcome.unchanged += 1
        elif replay not in (None, current):
            outcome.skipped[str(source)] = "it has the result of another replay"
        else:
            gateway.jobs.roll_back(source, reason=reason)
            outcome.done += 1
    except RequestRefused as error:
        outcome.skipped[str(source)] = _why(error)


def _why(error: RequestRefused) -> str:
    """Why this one job is refused.

    Raises:
        RequestRefused: It would be so with any: of the key, say.
    """
    refused = error.__cause__
    if isinstance(refused, Refused) and refused.status in OF_ONE_JOB:
        return refused.detail
    raise error


def _current(job: JobStatus) -> UUID | None:
    """The job that has answered with the current result; None where no other was ever promoted."""
    return next((v.job_id for v in job.result_versions if v.is_current), None)
