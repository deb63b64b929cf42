"""A gateway that answers over HTTP without a broker, beside the test."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from structlog.testing import capture_logs

from tests.unit.contract.picture.history import records
from tests.unit.gateway.conftest import open_gateway

START_S = 20.0


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a gateway that knows the jobs of `history`."""
    ready, servers = threading.Event(), list[uvicorn.Server]()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(folder, ready, servers)))
    thread.start()
    assert ready.wait(START_S)
    try:
        yield f"http://127.0.0.1:{servers[0].servers[0].sockets[0].getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        thread.join()


async def _serve(folder: Path, ready: threading.Event, servers: list[uvicorn.Server]) -> None:
    with capture_logs():  # they are of the gateway, and no picture's
        await _serve_quietly(folder, ready, servers)


async def _serve_quietly(
    folder: Path, ready: threading.Event, servers: list[uvicorn.Server]
) -> None:
    async with open_gateway(folder) as gateway:
        await gateway.project(*records())
        config = uvicorn.Config(gateway.app, port=0, log_config=None, lifespan="off")
        server = _Server(config, ready)
        servers.append(server)
        await server.serve()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self._ready.set()
