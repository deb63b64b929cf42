"""The HTTP server around the application: how it listens, and how it stops."""

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from services.gateway.settings import GatewaySettings
from services.gateway.stream.change_notifier import ChangeNotifier
from services.lifecycle.watchdog import Watchdog

GRACE_S = 12
"""Longer than a POST waits for the broker; streams end at once."""

CLOSE_S = 30
"""What closing the connections may take after that."""


def make_config(app: ASGIApp, settings: GatewaySettings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


class Server(uvicorn.Server):
    """A server whose signals are handled by `on_stop`: uvicorn would raise them again at the end,
    and so exit with a signal, and it knows nothing of open streams."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def stop(server: Server, notifier: ChangeNotifier, watchdog: Watchdog) -> None:
    """End the streams, finish the requests under way and take no more."""
    watchdog.expect_end_within(GRACE_S + CLOSE_S)
    notifier.close()
    server.should_exit = True
