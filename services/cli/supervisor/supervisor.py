"""Runs a list of services: in waves up, in the reverse order down, and keeps each alive between."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from services.cli.supervisor.service import Service
from services.cli.supervisor.spec import ServiceSpec
from services.cli.supervisor.wait import Say
from services.cli.terminal.os_error import tell_os_error

SAY_AFTER_S = 1.0


class Supervisor:
    """An async context: whatever was started in it is stopped when it is left.

    Args:
        log_dir: Each service's output goes to <name>.log in it.
        inherited_env: The environment that every service gets, below its own.
        say: Told, in one line each, of deaths and restarts.
        on_change: Called when a service has a new process.
    """

    def __init__(
        self,
        log_dir: Path,
        inherited_env: Mapping[str, str],
        say: Say,
        on_change: Callable[[Sequence[Service]], None] = lambda _: None,
    ) -> None:
        self._log_dir = log_dir
        self._inherited_env = inherited_env
        self._say = say
        self._on_change = on_change
        self._waves: list[list[Service]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def services(self) -> list[Service]:
        """Those started so far, in that order."""
        return [service for wave in self._waves for service in wave]

    async def start(self, specs: Sequence[ServiceSpec]) -> None:
        """Start the services wave by wave, each wave when the one before is ready.

        Raises:
            CliError: A service does not become ready. Those already started go on.
        """
        ordered = sorted(specs, key=attrgetter("wave"))
        for _, wave in groupby(ordered, key=attrgetter("wave")):
            await self._start_wave([self._make_service(spec) for spec in wave])

    def _make_service(self, spec: ServiceSpec) -> Service:
        log = self._log_dir / f"{spec.name}.log"
        return Service(spec, log, self._inherited_env, self._say, self._report_change)

    async def _start_wave(self, services: list[Service]) -> None:
        self._waves.append(services)
        for service in services:
            service.start()
        await asyncio.gather(*(service.wait_ready() for service in services))

    def _report_change(self) -> None:
        self._on_change(self.services)

    async def stop(self) -> None:
        """Stop all, the last wave first. Returns when no process is left."""
        while self._waves:
            services = self._waves[-1]
            named = ", ".join(service.spec.name for service in services)
            told = f"waiting for {named} to stop"
            late = asyncio.get_running_loop().call_later(SAY_AFTER_S, self._say, told)
            stops = (service.stop() for service in services)
            for error in await asyncio.gather(*stops, return_exceptions=True):
                if error is not None:
                    self._say(f"a service did not stop cleanly: {_tell(error)}")
            late.cancel()
            self._waves.pop()

    def hurry(self) -> None:
        """Cut short the grace of a stop under way."""
        for service in self.services:
            service.hurry()


def _tell(error: BaseException) -> str:
    return tell_os_error(error) if isinstance(error, OSError) else repr(error)
