"""Jobs as they go on: waited for by long polls, and followed live without a gap or a repeat."""

import time
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from brainshare_client.exchange.answer import Answer, as_bytes, read_value
from brainshare_client.exchange.call import Call, path_of, read_from
from brainshare_client.exchange.error import BrainshareError, ConnectionFailed, StillRunning
from brainshare_client.exchange.retry import may_repeat
from brainshare_client.exchange.sse import EventParser, ServerEvent
from brainshare_client.exchange.step import (
    Course,
    Flow,
    Pause,
    Receive,
    Recover,
    Series,
    Tell,
    ask,
    exchange,
    fetch,
)
from brainshare_client.request.job import JobId, get, history_page
from schemas.api.status import HistoryItem, JobStatus

WAIT_S = 25
"""How long one long poll takes; proxies give up at 30 s and later."""
POLL_S = 2.0
"""Where a gateway has as many waits as may be, it answers at once."""
RECONNECT_S = 1.0
STREAM_TYPE = "text/event-stream"
APPLIED = "Preference-Applied"

JobEvent = HistoryItem | JobStatus
"""A fact of a job, or the job as it is after those told before."""


def wait(
    job_id: JobId, *, timeout_s: float | None = None, newer_than: int = -1
) -> Course[JobStatus]:
    """The job once it is final: completed, failed or cancelled.

    Args:
        timeout_s: After so many seconds `StillRunning` is raised; None for never.
        newer_than: A `version` at which it was final already: that of the job as `retry` has
            answered it, for the end of the new run.
    """

    def flow() -> Flow[JobStatus]:
        begun = time.monotonic()
        while True:
            left_s = None if timeout_s is None else timeout_s - (time.monotonic() - begun)
            wait_s = WAIT_S if left_s is None else max(0, min(WAIT_S, round(left_s)))
            call = get(job_id, wait_s=wait_s)
            answer = yield from fetch(call)
            job = call.read(answer)
            if job.status.is_final and job.version > newer_than:
                return job
            if timeout_s is not None and time.monotonic() - begun >= timeout_s:
                raise StillRunning(job, timeout_s)
            if APPLIED not in answer.headers or job.status.is_final:
                yield Pause(POLL_S if left_s is None else max(0.0, min(POLL_S, left_s)))

    return Course(flow)


def watch(job_id: JobId, *, after: str | None = None, newer_than: int = -1) -> Series[JobEvent]:
    """What happens to a job until it is final: each fact once, and the job whenever it has changed.

    Where the connection breaks it goes on after the last fact; where there is no stream to be had,
    or something on the way holds it back, it goes on by long polls. The last thing told is the
    final job.

    Args:
        after: The `id` of the last fact that is known already.
        newer_than: As of `wait`.
    """

    def flow() -> Flow[None]:
        follower = _Follower(job_id, after, newer_than)
        yield from follower.stream()
        if not follower.is_over:
            yield from follower.poll()

    return Series(flow)


@dataclass
class _Follower:
    """Where a caller is in the life of a job.

    Attributes:
        last_id: The last fact that was told.
        attempt: How often there was no answer in a row.
    """

    job_id: JobId
    last_id: str | None
    newer_than: int
    is_over: bool = False
    attempt: int = 0
    failing_since: float = 0.0
    version: int = -1
    told: set[tuple[str, int, int]] = field(default_factory=set)

    def stream(self) -> Flow[None]:
        """Tell what comes live, until the job is final or there is no stream to be had."""
        while not self.is_over:
            parser = EventParser()
            try:
                yield from self._follow(parser)
            except BrainshareError as error:
                if not may_repeat(self._open(), error):
                    raise
                if not isinstance(error, ConnectionFailed):
                    return  # no stream is to be had for now
                if error.is_sent and not parser.has_read:
                    return  # perhaps something on the way holds it back
                yield from self._recover(error)
                continue
            if not parser.has_read:
                return  # all facts are known, and it has ended
            if not self.is_over:
                yield Pause(RECONNECT_S if parser.retry_s is None else parser.retry_s)

    def poll(self) -> Flow[None]:
        """Tell what there is, again and again, until the job is final."""
        etag: str | None = None
        while True:
            call = self._read(etag)
            answer = yield from fetch(call)
            is_new = answer.status != HTTPStatus.NOT_MODIFIED
            if is_new:
                etag = answer.headers.get("ETag")
                yield from self._tell_history()
                yield from self._tell_job(call.read(answer))
                if self.is_over:
                    return
            if etag is None or not (is_new or APPLIED in answer.headers):
                yield Pause(POLL_S)

    def _follow(self, parser: EventParser) -> Flow[None]:
        answer = yield from exchange(self._open(), is_stream=True)
        if answer.status == HTTPStatus.NO_CONTENT:
            return
        self.attempt = 0
        while (chunk := (yield Receive())) is not None:
            for event in parser.read(chunk):
                yield from self._tell(event, answer)

    def _open(self) -> Call[bytes]:
        call = read_from(path_of("jobs", self.job_id, "events"), as_bytes)
        return call.saying(**{"Accept": STREAM_TYPE, "Last-Event-ID": self.last_id})

    def _read(self, etag: str | None) -> Call[JobStatus]:
        call = get(self.job_id, wait_s=WAIT_S if etag else 0)
        known = call.saying(**{"If-None-Match": etag})
        return replace(known, accepts=(HTTPStatus.NOT_MODIFIED,))

    def _recover(self, error: ConnectionFailed) -> Flow[None]:
        now = time.monotonic()
        self.failing_since = now if self.attempt == 0 else self.failing_since
        self.attempt += 1
        yield Recover(error, self.attempt, now - self.failing_since)

    def _tell(self, event: ServerEvent, answer: Answer) -> Flow[None]:
        if event.name == "history":
            yield from self._tell_fact(read_value(HistoryItem, event.data, answer))
        elif event.name in ("status", "reset"):
            yield from self._tell_job(read_value(JobStatus, event.data, answer))

    def _tell_history(self) -> Flow[None]:
        page = yield from ask(history_page(self.job_id, cursor=self.last_id))
        while True:
            for fact in sorted(page.events, key=lambda fact: fact.sequence):
                yield from self._tell_fact(fact)
            if page.next is None:
                return
            page = yield from ask(history_page(self.job_id, cursor=page.next))

    def _tell_fact(self, fact: HistoryItem) -> Flow[None]:
        self.last_id = fact.id
        place = (fact.topic, fact.partition, fact.offset)
        if place not in self.told:  # tables that were filled anew tell all of it again
            self.told.add(place)
            yield Tell(fact)

    def _tell_job(self, job: JobStatus) -> Flow[None]:
        if job.version != self.version:
            self.version = job.version
            yield Tell(job)
        self.is_over = job.status.is_final and job.version > self.newer_than
