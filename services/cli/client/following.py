"""One job as it goes on: how it stands, without the facts that led there."""

from collections.abc import Iterator

from brainshare_client import HistoryItem, JobStatus
from services.cli.client.command_client import CommandClient


def follow(gateway: CommandClient, job_id: str) -> Iterator[JobStatus]:
    """Each change of a job's status until it is final. Survives a restart of the gateway."""
    for event in gateway.jobs.watch(job_id):
        if not isinstance(event, HistoryItem):
            yield event
