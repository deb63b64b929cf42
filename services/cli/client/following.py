"""One job as it goes on: how it stands, without the facts that led there."""

from collections.abc import Iterator

from brainshare_client import HistoryItem, JobStatus
from services.cli.client.command_client import CommandClient


def follow(gateway: CommandClient, job_id: str, newer_than: int = -1) -> Iterator[JobStatus]:
    """Each change of a job's status until it is final. Survives a restart of the gateway.

    Args:
        newer_than: A `version` at which it was final already, and runs again since; -1 for none.
    """
    for event in gateway.jobs.watch(job_id, newer_than=newer_than):
        if not isinstance(event, HistoryItem) and event.version > newer_than:
            yield event
