"""Follows several jobs at once, each by a stream of its own."""

import queue
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import click

from schemas.api.status import JobSummary
from services.cli.client.gateway import GatewayClient
from services.cli.terminal.error import CliError

AT_ONCE = 8
"""How many streams are open; a gateway has a number of them for all its clients."""


@dataclass(frozen=True)
class Change:
    """What is new of a job: how it stands, or why nobody can tell."""

    job_id: str
    job: JobSummary | None = None
    error: CliError | None = None


Changes = queue.Queue[Change | None]


def follow_all(gateway: GatewayClient, job_ids: Sequence[str]) -> Iterator[Change]:
    """Each change of every job until all are final, or cannot be followed."""
    waiting, changes = deque(job_ids), Changes()
    context = click.get_current_context(silent=True)

    def work() -> None:
        # Whoever says something while it waits asks the command's options.
        with context.scope(cleanup=False) if context else nullcontext():
            while waiting:
                _follow(gateway, waiting.popleft(), changes)
        changes.put(None)

    # Nobody waits for them after Ctrl-C.
    workers = [
        threading.Thread(target=work, daemon=True) for _ in range(min(AT_ONCE, len(job_ids)))
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        yield from iter(changes.get, None)


def _follow(gateway: GatewayClient, job_id: str, changes: Changes) -> None:
    try:
        for job in gateway.follow(job_id):
            changes.put(Change(job_id, job))
    except CliError as error:
        changes.put(Change(job_id, error=error))
