"""A receiver of webhooks in a thread of this process: it goes away and comes back at one port."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from services.cli.supervisor.port import PortPicker
from tests.unit.gateway.receiver import Receiver, listening

BOUND_S = 30.0


class LiveReceiver(Receiver):
    """A receiver that listens while it is started."""

    def start(self) -> None:
        """Listen; returns when it does."""
        self.port = self.port or PortPicker().pick()
        self._is_up = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._listen()))
        self._thread.start()
        assert self._is_up.wait(BOUND_S)

    def stop(self) -> None:
        """Go away, with every connection that there is."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(BOUND_S)
        assert not self._thread.is_alive()

    async def _listen(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        async with listening(self.serve, self.port):
            self._is_up.set()
            await self._ended.wait()


@contextmanager
def live_receiver() -> Iterator[LiveReceiver]:
    """A receiver that listens until the context is left."""
    receiver = LiveReceiver()
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
