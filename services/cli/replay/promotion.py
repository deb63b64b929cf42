"""Promotes the results of a replay, one job after the other, and rolls them back."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import click

from schemas.api.status import JobStatus
from services.cli.client.gateway import GatewayClient
from services.cli.replay.agreement import agrees
from services.cli.replay.start import read_manifest
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.output import hint
from services.replay.comparison.promotion import Rule, choose
from services.replay.comparison.reading import compare
from services.replay.manifest import Manifest

OWN = 1
"""The version of the result that a job has come to by itself."""

NOTHING = "nothing was changed: --yes does not ask"


@dataclass
class Outcome:
    """What has become of the results that were meant.

    Attributes:
        skipped: Each job whose result stays, and why.
    """

    done: int = 0
    unchanged: int = 0
    skipped: dict[str, str] = field(default_factory=dict)

    def tell(self, done: str, unchanged: str) -> None:
        """Print it, each job that was skipped by name."""
        total = self.done + self.unchanged + len(self.skipped)
        parts = (self.unchanged and f", {self.unchanged} {unchanged}") or ""
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
    found, _ = run_on_topics(
        target, compare(target.kafka, planned), f"the topics at {target.servers} to be read"
    )
    choice = choose(planned, found.pairs, rule, wanted)
    outcome = Outcome(skipped={str(job): why for job, why in choice.skipped.items()})
    question = f"make {len(choice.chosen)} results of the replay those of their jobs?"
    if choice.chosen and is_asked and not agrees(question):
        raise CliError(NOTHING)
    with open_gateway(target) as gateway:
        for source, replay in choice.chosen.items():
            _promote(gateway, outcome, source, replay, reason)
    outcome.tell("promoted", "were promoted before")
    if outcome.done:
        hint(f"take them back with `brainshare replay rollback {path}`")


def roll_back_results(target: Target, named: str, *, is_asked: bool, reason: str) -> None:
    """Give jobs the results again that they have come to by themselves.

    Args:
        named: A job, or the manifest of a replay: then those whose result is the replay's.
    """
    job_id = _read_id(named)
    outcome = Outcome()
    with open_gateway(target) as gateway:
        if job_id is not None:
            _roll_back(gateway, outcome, str(job_id), reason)
        else:
            planned = read_manifest(Path(named))
            question = f"give up to {len(planned.jobs)} jobs their own results again?"
            if is_asked and not agrees(question):
                raise CliError(NOTHING)
            for job in planned.jobs:
                _roll_back_from(gateway, outcome, job.job_id, planned.id_of(job), reason)
    outcome.tell("rolled back", "had their own")
    if job_id is not None and outcome.skipped:
        raise CliError(f"the result of {job_id} stays as it is")


def _find(planned: Manifest, job: str) -> UUID:
    found = [one.job_id for one in planned.jobs if str(one.job_id).startswith(job.lower())]
    if len(found) == 1:
        return found[0]
    raise CliError(f"{'several jobs' if found else 'no job'} of the manifest begin with {job!r}")


def _read_id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None


def _promote(
    gateway: GatewayClient, outcome: Outcome, source: UUID, replay: UUID, reason: str
) -> None:
    try:
        if _current(gateway.status(str(source))) == replay:
            outcome.unchanged += 1
            return
        gateway.api.jobs.promote(source, replay, reason=reason)
    except RequestRefused as error:
        outcome.skipped[str(source)] = error.message
    else:
        outcome.done += 1


def _roll_back(gateway: GatewayClient, outcome: Outcome, job_id: str, reason: str) -> None:
    try:
        if gateway.status(job_id).result_version == OWN:
            outcome.unchanged += 1
            return
        gateway.api.jobs.roll_back(job_id, reason=reason)
    except RequestRefused as error:
        outcome.skipped[job_id] = error.message
    else:
        outcome.done += 1


def _roll_back_from(
    gateway: GatewayClient, outcome: Outcome, source: UUID, replay: UUID, reason: str
) -> None:
    """Roll a job back, if it has the result of this replay."""
    try:
        current = _current(gateway.status(str(source)))
    except RequestRefused as error:
        outcome.skipped[str(source)] = error.message
        return
    if current not in (None, source, replay):
        outcome.skipped[str(source)] = "it has the result of another replay"
        return
    _roll_back(gateway, outcome, str(source), reason)


def _current(job: JobStatus) -> UUID | None:
    """The job that has answered with the current result; None where no other was ever promoted."""
    return next((v.job_id for v in job.result_versions if v.is_current), None)
