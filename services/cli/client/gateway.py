"""Talks to the gateway's REST API."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2

from schemas.api.act import ActRequest, Deletion
from schemas.api.dead_letter import (
    DeadLetter,
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    DiscardRequest,
    RedriveRequest,
    RedriveResult,
)
from schemas.api.export import ENGINE_HEADER
from schemas.api.status import HistoryPage, JobPage, JobStatus, JobSummary
from schemas.job.record import Engine
from services.cli.client.answer import KEY_HINT, check, read_answer
from services.cli.client.line import split_lines
from services.cli.client.patience import CONNECT_S, RETRY_FOR_S, RETRY_INTERVAL_S, Patience
from services.cli.client.settings import ClientSettings
from services.cli.client.sse import ServerEvent, read_events

ANSWER_S = 30.0
LETTERS_PATH = "/v1/dead-letters"
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class CsvFile:
    """An exported table. Demo data says so in its rows, too."""

    content: bytes
    is_demo: bool


class GatewayClient:
    """One gateway, over HTTP.

    Args:
        url: For instance http://127.0.0.1:8000.
        patience: How long one that does not answer is asked again.
        key: The API key to send; "" for none.
    """

    def __init__(self, url: str, patience: Patience, key: str = "") -> None:
        timeout = httpx2.Timeout(ANSWER_S, connect=CONNECT_S)
        self._http = httpx2.Client(base_url=url, timeout=timeout, trust_env=False)
        self._http.headers |= {"Authorization": f"Bearer {key}"} if key else {}
        self._url = url
        self._patience = patience

    def submit(self, body: bytes, key: str | None = None) -> JobStatus:
        """Post a request; asked again with one key while the gateway is away, it is one job.

        Args:
            key: The idempotency key; None makes a new one.

        Raises:
            RequestRefused: The gateway says what is wrong with it.
        """
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid4())}
        response = self._patiently(
            lambda: self._http.post("/v1/jobs", content=body, headers=headers)
        )
        return read_answer(JobStatus, check(response))

    def status(self, job_id: str) -> JobStatus:
        """One job."""
        return read_answer(JobStatus, self.get(f"/v1/jobs/{quote(job_id, safe='')}"))

    def result_csv(self, job_id: str, *, bom: bool = False) -> CsvFile:
        """The final table of an ended job.

        Args:
            bom: Whether it begins with a byte order mark.

        Raises:
            RequestRefused: It has not ended, or has no table.
        """
        path = f"/v1/jobs/{quote(job_id, safe='')}/result.csv"
        params = {"bom": "true"} if bom else {}
        response = self._patiently(lambda: self._http.get(path, params=params))
        content = check(response)
        return CsvFile(content, response.headers.get(ENGINE_HEADER) == Engine.DEMO)

    def jobs(self, **filters: Any) -> JobPage:
        """A page of jobs, newest first."""
        return read_answer(JobPage, self.get("/v1/jobs", params=_given(filters)))

    def cancel(self, job_id: str, reason: str = "") -> JobStatus:
        """Ask that no call of a job is made any more, and the one under way is closed."""
        path = f"/v1/jobs/{quote(job_id, safe='')}/cancel"
        return read_answer(JobStatus, self.post(path, _because(reason)))

    def retry(self, job_id: str, reason: str = "") -> JobStatus:
        """Run a failed job again.

        Raises:
            RequestRefused: It has not failed, or nothing of it can be put back.
        """
        path = f"/v1/jobs/{quote(job_id, safe='')}/retry"
        return read_answer(JobStatus, self.post(path, _because(reason)))

    def delete(self, job_id: str, reason: str = "") -> Deletion:
        """Delete a job.

        Raises:
            RequestRefused: It has not ended.
        """
        path, params = f"/v1/jobs/{quote(job_id, safe='')}", {"reason": reason} if reason else {}
        return read_answer(Deletion, self.send("DELETE", path, params=params))

    def history(self, job_id: str) -> HistoryPage:
        """What has happened to a job, all of it."""
        path = f"/v1/jobs/{quote(job_id, safe='')}/events"
        page = read_answer(HistoryPage, self.get(path))
        while page.next is not None:
            following = read_answer(HistoryPage, self.get(path, params={"cursor": page.next}))
            events = page.events + following.events
            page = following.model_copy(update={"events": events})
        return page

    def follow(self, job_id: str) -> Iterator[JobSummary]:
        """Each change of a job's status until it is final. Survives a restart of the gateway."""
        last_id: str | None = None
        summary: JobSummary = self.status(job_id)
        yield summary
        while not summary.status.is_final:
            try:
                for event in self._stream(job_id, last_id):
                    last_id = event.id or last_id
                    if event.name in ("status", "reset"):
                        summary = read_answer(JobSummary, event.data)
                        yield summary
            except httpx2.TransportError:
                summary = self.status(job_id)
                yield summary

    def dead_letters(self, **filters: Any) -> DeadLetterPage:
        """A page of dead letters, newest first."""
        return read_answer(DeadLetterPage, self.get(LETTERS_PATH, params=_given(filters)))

    def dead_letter_groups(self, **filters: Any) -> DeadLetterGroups:
        """Dead letters by what failed."""
        path = f"{LETTERS_PATH}/groups"
        return read_answer(DeadLetterGroups, self.get(path, params=_given(filters)))

    def dead_letter(self, letter_id: str) -> DeadLetterRecord:
        """One dead letter with its headers and bytes."""
        return read_answer(DeadLetterRecord, self.get(_letter_path(letter_id)))

    def redrive(self, letter_id: str, reason: str = "") -> DeadLetter:
        """Put a dead letter back.

        Raises:
            RequestRefused: It is not open, or was put back too often.
        """
        return read_answer(
            DeadLetter, self.post(f"{_letter_path(letter_id)}/redrive", _because(reason))
        )

    def redrive_many(self, wanted: RedriveRequest) -> RedriveResult:
        """Put back dead letters that are open, the oldest first."""
        return read_answer(RedriveResult, self.post(f"{LETTERS_PATH}/redrive", wanted.to_json()))

    def discard(self, letter_id: str, wanted: DiscardRequest) -> DeadLetter:
        """Put a dead letter aside.

        Raises:
            RequestRefused: It is not open.
        """
        path = f"{_letter_path(letter_id)}/discard"
        return read_answer(DeadLetter, self.post(path, wanted.to_json()))

    def readiness(self) -> tuple[bool, str]:
        """Whether the gateway is ready, and what it says of itself."""
        try:
            response = self._http.get("/readyz")
        except httpx2.TransportError as error:
            return False, str(error) or type(error).__name__
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            return False, f"it asks for a key that goes: {KEY_HINT}"
        return response.status_code == 200, response.text

    def _stream(self, job_id: str, last_id: str | None) -> Iterator[ServerEvent]:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        path = f"/v1/jobs/{quote(job_id, safe='')}/events"
        # Heartbeats come every 15 s, so a longer silence is a dead connection.
        timeout = httpx2.Timeout(ANSWER_S, connect=CONNECT_S)
        with self._http.stream("GET", path, headers=headers, timeout=timeout) as response:
            if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                time.sleep(RETRY_INTERVAL_S)  # noqa: TID251 - all its streams are taken for now
                raise httpx2.ReadError("the gateway has no stream to give")
            if not response.is_success:
                response.read()
                check(response)
            yield from read_events(split_lines(response.iter_bytes()))

    def get(self, path: str, params: dict[str, Any] | None = None) -> bytes:
        """Read what is at a path."""
        return check(self._patiently(lambda: self._http.get(path, params=params or {})))

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
        """Send JSON to a path."""
        return self.send("POST", path, content=body, headers=JSON_TYPE | (headers or {}))

    def send(self, method: str, path: str, **said: Any) -> bytes:
        """Ask for something by any method."""
        return check(self._patiently(lambda: self._http.request(method, path, **said)))

    def _patiently(self, request: Callable[[], httpx2.Response]) -> httpx2.Response:
        return self._patience.ask(self._url, request)


@contextmanager
def connect(
    url: str, retry_for_s: float = RETRY_FOR_S, patience: Patience | None = None
) -> Iterator[GatewayClient]:
    """A client that sends the key of the settings, closed at the end."""
    key = ClientSettings().api_key
    patience = patience or Patience(retry_for_s, retry_for_s)
    client = GatewayClient(url, patience, key.get_secret_value().strip() if key else "")
    try:
        yield client
    finally:
        client._http.close()


def _given(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value is not None}


def _because(reason: str) -> bytes:
    # The gateway says what is wrong with it.
    return ActRequest.model_construct(reason=reason).to_json()


def _letter_path(letter_id: str) -> str:
    return f"{LETTERS_PATH}/{quote(letter_id, safe='')}"
