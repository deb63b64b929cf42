"""A steady load: a job every so often, whatever is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import httpx2

from tests.crash.drill import PLANETS

ANSWER_S = 2.0
HEADERS = {"Content-Type": "application/json"}


class Load:
    """Posts jobs beside all else.

    Args:
        rate: Jobs a second.
    """

    def __init__(self, url: str, rate: float) -> None:
        self._url = url
        self._rate = rate
        self._ended = Event()
        self._held = Event()

    @contextmanager
    def posting(self) -> Iterator["Load"]:
        """Post until the end."""
        thread = Thread(target=self._post_all)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Post nothing for a while."""
        self._held.set()
        try:
            yield
        finally:
            self._held.clear()

    def _post_all(self) -> None:
        with httpx2.Client(trust_env=False, timeout=ANSWER_S, headers=HEADERS) as http:
            while not self._ended.wait(1 / self._rate):
                if not self._held.is_set():
                    self._post(http)

    def _post(self, http: httpx2.Client) -> None:
        try:
            http.post(f"{self._url}/v1/jobs", content=PLANETS)
        except httpx2.TransportError:
            return  # what the drill has planted
