"""What goes on by itself, as a command watches it: a job, or a bulk action."""

import time
from collections.abc import Callable, Iterator

from brainshare_client import HistoryItem, JobStatus
from schemas.api.batch import BulkAction, BulkState
from services.cli.client.command_client import CommandClient
from services.cli.terminal.error import Interrupted

LOOK_S = 0.5


def follow(gateway: CommandClient, job_id: str, newer_than: int = -1) -> Iterator[JobStatus]:
    """Each change of a job's status until it is final. Survives a restart of the gateway.

    Args:
        newer_than: A `version` at which it was final already, and runs again since; -1 for none.
    """
    for event in gateway.jobs.watch(job_id, newer_than=newer_than):
        if not isinstance(event, HistoryItem) and event.version > newer_than:
            yield event


def follow_bulk(
    gateway: CommandClient, bulk: BulkAction, tell: Callable[[BulkAction], None]
) -> BulkAction:
    """Tell how far a bulk action is until it has ended, and give it as it is then.

    Raises:
        Interrupted: Ctrl-C; it goes on.
    """
    try:
        while bulk.state is BulkState.RUNNING:
            tell(bulk)
            time.sleep(LOOK_S)  # noqa: TID251 - the gateway goes through its jobs meanwhile
            bulk = gateway.bulk_actions.get(str(bulk.id))
    except KeyboardInterrupt as error:
        raise Interrupted(f"not waited for: bulk action {bulk.id} goes on") from error
    return bulk
