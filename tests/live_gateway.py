"""A gateway over HTTP in a thread of this process: a fake broker, real tables, stops and starts."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from schemas.api.key import Role
from schemas.job.record import StageRecord
from schemas.kafka.headers import decode_headers
from services.gateway.compute.compute import open_compute
from services.gateway.database.database import open_database
from services.gateway.migration.upgrade import upgrade
from services.gateway.server import Server, make_config, stop
from services.gateway.settings import Auth, GatewaySettings
from services.kafka import ConsumedRecord
from services.lifecycle.watchdog import Watchdog
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import NOW, consumed, dead_letter, whole_job
from tests.unit.gateway.replaying import FakePast

BOUND_S = 60.0

T = TypeVar("T")


class LiveGateway:
    """A gateway that pages ask.

    Args:
        folder: Its tables are there, over its stops.
        origin: The pages' own.
        auth: Who is asked for a key.
        url: Another database, for instance on a server.
        now: Its clock; it stands still by default.
        beside: What runs beside it, in its loop.
    """

    def __init__(
        self,
        folder: Path,
        origin: str,
        auth: Auth = Auth.LOOPBACK,
        url: str | None = None,
        now: Callable[[], datetime] = lambda: NOW,
        beside: Sequence[Callable[[Gateway], Coroutine[Any, Any, None]]] = (),
    ) -> None:
        self._database_url = url or f"sqlite:///{folder}/gateway.db"
        self._now = now
        self._beside = beside
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = GatewaySettings(
            port=self.port,
            cors_origins=origin,
            auth=auth,
            wrong_keys_per_minute=0,  # who tries what is refused sends many
        )
        self._records: list[ConsumedRecord] = []
        self._published: list[Any] = []
        self._offset = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def watchers(self) -> int:
        """How many streams and waits there are."""
        return self._gateway.notifier.watchers

    @property
    def published(self) -> list[Any]:
        """What it has told the broker."""
        return self._published

    @property
    def past(self) -> FakePast:
        """The past that its replays are of."""
        return self._gateway.past

    def start(self) -> None:
        """Serve; returns when it listens."""
        self._is_up = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._is_up.wait(BOUND_S)

    def stop(self) -> None:
        """Stop as SIGTERM would."""
        told = (self._server, self._gateway.notifier, Watchdog(lambda: None))
        self._loop.call_soon_threadsafe(stop, *told)
        self._thread.join(BOUND_S)
        assert not self._thread.is_alive()

    def records_of_last(self) -> list[ConsumedRecord]:
        """What the stages would make of the job that was posted last."""
        of = StageRecord.from_json(self._last_value()).job
        self._offset += 10
        return [replace(r, offset=r.offset + self._offset) for r in whole_job(of)]

    def letter_of_last(self) -> ConsumedRecord:
        """The dead letter of the job that was posted last."""
        of = StageRecord.from_json(self._last_value()).job
        letter = dead_letter(of.stages[0], self._offset + 5, self._last_value())
        return replace(letter, key=of.key)

    def published_last(self) -> ConsumedRecord:
        """What the gateway has published last, as it comes back from its topic."""
        topic, key, value, headers = self._published[-1]
        self._offset += 10
        return consumed(topic, value, self._offset, key, decode_headers(headers))

    def make_key(self, role: Role, tenant: str) -> str:
        """A key, in the clear."""
        made = make_caller(self._gateway.database, role, tenant, self._now())
        return self._run(made)["Authorization"].removeprefix("Bearer ")

    def project(self, *records: ConsumedRecord) -> None:
        """Let records arrive."""
        self._run(self._gateway.project(*records))

    def _last_value(self) -> bytes:
        values = [value for topic, _, value, _ in self._published if "requests" in topic]
        return bytes(values[-1])

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(BOUND_S)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with (
            open_database(self._database_url) as database,
            open_compute() as compute,
        ):
            await database.write(upgrade)
            told = (self._settings, None, self._now)
            async with serve_in_process(database, compute, *told) as gateway:
                gateway.reader.records = self._records
                gateway.publisher.published = self._published
                await gateway.projector.prepare("cluster")
                await gateway.projector.step()
                self._gateway: Gateway = gateway
                beside = [asyncio.create_task(run(gateway)) for run in self._beside]
                await self._listen(gateway)
                for task in beside:
                    task.cancel()

    async def _listen(self, gateway: Gateway) -> None:
        self._server = Server(make_config(gateway.app, self._settings))
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)  # noqa: TID251 - its way of telling
        self._is_up.set()
        await serving
