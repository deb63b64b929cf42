"""Clients that post jobs at a steady rate, patiently: each key until it has an answer."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from uuid import uuid4

import httpx2

CLIENTS = 128
ANSWER_S = 30.0
PATIENCE_S = 300.0
AGAIN_S = 1.0
ACCEPTED, UNAVAILABLE = 202, 503


@dataclass(frozen=True)
class Answer:
    """One answer to a post. Times are of the monotonic clock.

    Attributes:
        status: 0 where there was none.
    """

    begun_at: float
    ended_at: float
    status: int
    headers: httpx2.Headers = field(default_factory=httpx2.Headers)
    job_id: str = ""

    @property
    def is_final(self) -> bool:
        """Whether a patient client is content with it."""
        return self.status not in (0, UNAVAILABLE)


@dataclass
class Post:
    """A request with its key, and what has been answered so far, oldest first.

    Attributes:
        name: What kind of request it is, for who counts them.
    """

    body: bytes
    name: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))
    answers: list[Answer] = field(default_factory=list)

    @property
    def job_id(self) -> str:
        """The job that it became, or nothing."""
        return self.answers[-1].job_id if self.answers else ""


class Clients:
    """So many clients of one gateway, which post until they are told to stop.

    Attributes:
        posts: All there were, in the order in which they were begun.
    """

    def __init__(self, url: str) -> None:
        limits = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        self._http = httpx2.Client(base_url=url, timeout=ANSWER_S, trust_env=False, limits=limits)
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._stopped, self._given_up = Event(), Event()
        self.posts: list[Post] = []

    def begin(self, post: Post) -> None:
        """Post a request beside all others, until it is answered for good."""
        self.posts.append(post)
        self._pool.submit(self.persist, post)

    def persist(self, post: Post) -> None:
        """Post a request, and again with its key until it is answered for good."""
        gives_up_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < gives_up_at and not self._given_up.is_set():
            post.answers.append(self.ask_once(post))
            if post.answers[-1].is_final:
                return
            self._given_up.wait(AGAIN_S)

    def ask_once(self, post: Post) -> Answer:
        """Post a request once."""
        begun_at = time.monotonic()
        headers = {"Content-Type": "application/json", "Idempotency-Key": post.key}
        try:
            answer = self._http.post("/v1/jobs", content=post.body, headers=headers)
        except httpx2.TransportError:
            return Answer(begun_at, time.monotonic(), 0)
        job_id = answer.json()["jobId"] if answer.status_code == ACCEPTED else ""
        ended_at = time.monotonic()
        return Answer(begun_at, ended_at, answer.status_code, answer.headers, job_id)

    @contextmanager
    def posting(self, rate: float, choose: Callable[[], Post]) -> Iterator[None]:
        """Post what is chosen, so many a second; the end waits until all is answered.

        Where a test has failed it does not: that could take as long as clients are patient.
        """
        thread = Thread(target=self._tick, args=(rate, choose))
        thread.start()
        try:
            yield
        except BaseException:
            self._given_up.set()
            raise
        finally:
            self._stopped.set()
            thread.join()
            self._pool.shutdown()

    def _tick(self, rate: float, choose: Callable[[], Post]) -> None:
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            self.begin(choose())
            due += 1 / rate


def pause(seconds: float) -> None:
    """Wait for so long: what goes on meanwhile is the point."""
    Event().wait(seconds)


@contextmanager
def open_clients(url: str) -> Iterator[Clients]:
    """Clients, disconnected at the end."""
    clients = Clients(url)
    try:
        yield clients
    finally:
        clients._http.close()
