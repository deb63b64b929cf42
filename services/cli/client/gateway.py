"""A gateway as commands ask it: by the Python client, with the key of the settings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from brainshare_client import BrainshareError, Unauthorized
from brainshare_client.exchange.answer import Answer, as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Course, Flow, exchange
from brainshare_client.request import dead_letter
from brainshare_client.request.job import KEY_HEADER, CsvFile
from schemas.api.act import Deletion
from schemas.api.dead_letter import (
    DeadLetter,
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    DiscardRequest,
    RedriveRequest,
    RedriveResult,
)
from schemas.api.status import HistoryPage, JobPage, JobStatus
from services.cli.client.answer import KEY_HINT, telling
from services.cli.client.command_client import CommandClient
from services.cli.client.patience import RETRY_FOR_S, Patience
from services.cli.client.settings import read_api_key
from services.cli.terminal.os_error import tell_os_error


class GatewayClient:
    """One gateway, over HTTP.

    Attributes:
        api: All that it has, by the names of the API.
    """

    def __init__(self, api: CommandClient) -> None:
        self.api = api

    def submit(self, body: bytes, key: str | None = None) -> JobStatus:
        """Post a request; asked again with one key while the gateway is away, it is one job.

        Args:
            key: The idempotency key; None makes a new one.

        Raises:
            RequestRefused: The gateway says what is wrong with it.
        """
        call = send_to(path_of("jobs"), as_contract(JobStatus), body)
        return self.api.run(call.saying(**{KEY_HEADER: key or str(uuid4())}))

    def status(self, job_id: str) -> JobStatus:
        """One job."""
        return self.api.jobs.get(job_id)

    def result_csv(self, job_id: str, *, bom: bool = False) -> CsvFile:
        """The final table of an ended job.

        Raises:
            RequestRefused: It has not ended, or has no table.
        """
        return self.api.jobs.result_csv(job_id, bom=bom)

    def jobs(self, **filters: Any) -> JobPage:
        """A page of jobs, newest first."""
        return self.api.jobs.page(**filters)

    def cancel(self, job_id: str, reason: str = "") -> JobStatus:
        """Ask that no call of a job is made any more, and the one under way is closed."""
        return self.api.jobs.cancel(job_id, reason=reason)

    def retry(self, job_id: str, reason: str = "") -> JobStatus:
        """Run a failed job again.

        Raises:
            RequestRefused: It has not failed, or nothing of it can be put back.
        """
        return self.api.jobs.retry(job_id, reason=reason)

    def delete(self, job_id: str, reason: str = "") -> Deletion:
        """Delete a job.

        Raises:
            RequestRefused: It has not ended.
        """
        return self.api.jobs.delete(job_id, reason=reason)

    def history(self, job_id: str) -> HistoryPage:
        """What has happened to a job, all of it."""
        events = tuple(self.api.jobs.history(job_id))
        return HistoryPage(job_id=UUID(job_id), events=events)

    def follow(self, job_id: str) -> Iterator[JobStatus]:
        """Each change of a job's status until it is final. Survives a restart of the gateway."""
        for event in self.api.jobs.watch(job_id):
            if isinstance(event, JobStatus):
                yield event

    def dead_letters(self, **filters: Any) -> DeadLetterPage:
        """A page of dead letters, newest first."""
        return self.api.dead_letters.page(**filters)

    def dead_letter_groups(self, **filters: Any) -> DeadLetterGroups:
        """Dead letters by what failed."""
        return self.api.dead_letters.groups(**filters)

    def dead_letter(self, letter_id: str) -> DeadLetterRecord:
        """One dead letter with its headers and bytes."""
        return self.api.dead_letters.get(letter_id)

    def redrive(self, letter_id: str, reason: str = "") -> DeadLetter:
        """Put a dead letter back.

        Raises:
            RequestRefused: It is not open, or was put back too often.
        """
        return self.api.dead_letters.redrive(letter_id, reason=reason)

    def redrive_many(self, wanted: RedriveRequest) -> RedriveResult:
        """Put back dead letters that are open, the oldest first."""
        return self.api.run(dead_letter.send_redrive(wanted.to_json()))

    def discard(self, letter_id: str, wanted: DiscardRequest) -> DeadLetter:
        """Put a dead letter aside.

        Raises:
            RequestRefused: It is not open.
        """
        return self.api.dead_letters.discard(letter_id, reason=wanted.reason, by=wanted.by)

    def readiness(self) -> tuple[bool, str]:
        """Whether the gateway is ready, and what it says of itself."""
        try:
            answer = self.api.run_once(Course(_ask_readiness))
        except Unauthorized:
            return False, f"it asks for a key that goes: {KEY_HINT}"
        except BrainshareError as error:
            return False, tell_os_error(error)
        if not _is_ours(answer.content):
            return False, f"what answers there ({answer.status}) is no Brainshare gateway"
        return answer.status == HTTPStatus.OK, answer.content.decode(errors="replace")


def _is_ours(content: bytes) -> bool:
    """Whether it is what a gateway of ours says of its readiness."""
    try:
        told = json.loads(content)
    except ValueError:
        return False
    return isinstance(told, dict) and isinstance(told.get("ready"), bool) and "projectorLag" in told


def _ask_readiness() -> Flow[Answer]:
    call: Call[Answer] = read_from("/readyz", lambda answer: answer)
    return exchange(replace(call, accepts=(HTTPStatus.SERVICE_UNAVAILABLE,)))


@contextmanager
def connect(
    url: str, retry_for_s: float = RETRY_FOR_S, patience: Patience | None = None
) -> Iterator[GatewayClient]:
    """A client that sends the key of the settings, closed at the end."""
    patience = patience or Patience(retry_for_s, retry_for_s)
    with telling(patience.absence), CommandClient(url, read_api_key(), patience) as api:
        yield GatewayClient(api)
