"""One supervised service: started, started again when it dies, stopped when asked."""

import asyncio
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from pathlib import Path

from services.cli.log.file import LogFile, read_last_line
from services.cli.supervisor.child_output import ChildOutput, start_logged
from services.cli.supervisor.child_process import kill_group, stop_process
from services.cli.supervisor.data_dir import is_full, is_restart_asked
from services.cli.supervisor.readiness import NOT_THERE, Readiness
from services.cli.supervisor.restart import RestartPolicy
from services.cli.supervisor.spec import ServiceSpec
from services.cli.supervisor.wait import Say, Wait
from services.cli.terminal.os_error import tell_os_error
from services.lifecycle import exit_status

READY_POLL_S = 0.05
FAULT_PAUSE_S = 2.0


class Service:
    """The life of one service. The process changes with each restart, the service stays.

    Attributes:
        pid: Of the running process, or of the last one while a restart waits.
    """

    def __init__(
        self,
        spec: ServiceSpec,
        log: Path,
        inherited_env: Mapping[str, str],
        say: Say,
        on_change: Callable[[], None],
    ) -> None:
        self.spec = spec
        self.pid: int | None = None
        self._log = log
        self._env = {**inherited_env, **spec.env}
        self._say = say
        self._on_change = on_change
        self._policy = RestartPolicy()
        self._deaths = 0
        self._was_ready = False
        self._is_failing = False
        self._has_refused = False
        self._ending = asyncio.Event()
        self._hurry = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._life = asyncio.create_task(self._live(), name=self.spec.name)

    async def wait_ready(self) -> None:
        """Ask the probe until it is ready. One that gets nearer to it is waited for.

        Raises:
            CliError: The spec's failure, if it died too often, or got no nearer for too long.
        """
        wait = Wait(self.spec.name, self.spec.ready_timeout_s, self._say)
        while not (readiness := await self._ask()).is_ready:
            if self._has_refused:
                raise self._failure("refuses to start")
            if self._is_given_up():
                raise self._failure("died before it was ready")
            if over := wait.look(readiness.left):
                raise self._failure(over)
            if await _is_set_within(self._ending, READY_POLL_S):
                return
        self._was_ready = True

    def _is_given_up(self) -> bool:
        too_often = not self._was_ready and self._deaths >= self.spec.start_limit
        return too_often or self._has_refused

    async def _ask(self) -> Readiness:
        if self.pid is None:
            return NOT_THERE
        return Readiness(is_ready=True) if self.spec.probe is None else await self.spec.probe.ask()

    def _failure(self, what: str) -> Exception:
        last = read_last_line(self._log)
        return self.spec.failure(f"{self.spec.name} {what}: {last} (log: {self._log})")

    async def stop(self) -> None:
        """End the process and wait until nothing of it is left."""
        self._ending.set()
        if self._life is not None:
            await self._life

    def hurry(self) -> None:
        """Cut the grace period of a stop short."""
        self._hurry.set()

    async def _live(self) -> None:
        while not (self._ending.is_set() or self._is_given_up()):
            try:
                await self._live_once()
            except Exception as error:  # whatever goes wrong here, it is watched on
                self._say(
                    f"{self.spec.name}: a fault of its supervision ({_tell(error)}); it is looked"
                    f" after again in {FAULT_PAUSE_S:g} s"
                )
                await _is_set_within(self._ending, FAULT_PAUSE_S)

    async def _live_once(self) -> None:
        """From one start to the moment of the next one."""
        started_at = time.monotonic()
        try:
            process, output = await self._spawn()
        except OSError as error:
            # A full disk, or no room for another process: it may pass.
            why = tell_os_error(error)
            await self._wait_before_restart(f"could not be started ({why})", 0.0)
            return
        try:
            end = await self._wait_end(process)
        finally:
            kill_group(process.pid)
            await output.end()
        if end is not None:
            self._has_refused = end == exit_status.REFUSED
            lived_s = time.monotonic() - started_at
            if not self._tell_asked(process.pid):
                await self._wait_before_restart(_describe_end(end), lived_s)

    def _tell_asked(self, pid: int) -> bool:
        """Whether somebody asked for the end, which is no death then."""
        is_asked = is_restart_asked(self._log.parent, self.spec.name, pid)
        if not is_asked or self._has_refused or self._ending.is_set():
            return False
        self._say(f"{self.spec.name} is restarted, as asked")
        return True

    async def _wait_end(self, process: Process) -> int | None:
        """The status with which it ended by itself; None where it was stopped."""
        await self._wait_exit_or_end(process)
        end = process.returncode
        if end is None:
            await stop_process(process, self.spec.stop_grace_s, self._hurry)
        return end

    async def _spawn(self) -> tuple[Process, ChildOutput]:
        log = LogFile(self._log)
        process, output = await start_logged(self.spec.argv, self._env, log, self.spec.folder)
        self.pid = process.pid
        try:
            self._on_change()
        except Exception as error:  # it runs, and is watched, although that is not written down
            why = _tell(error)
            self._say(f"{self.spec.name} was started, but stack.json could not be written: {why}")
        return process, output

    async def _wait_exit_or_end(self, process: Process) -> None:
        waits = {asyncio.create_task(process.wait()), asyncio.create_task(self._ending.wait())}
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()

    async def _wait_before_restart(self, end: str, lived_s: float) -> None:
        if self._ending.is_set():
            return
        self._deaths += 1
        if self._is_given_up():
            if self._was_ready:
                last = read_last_line(self._log)
                self._say(f"{self.spec.name} refuses to run, and is not started again: {last}")
            return
        decision = self._policy.decide(lived_s, time.monotonic())
        why = "; its disk is full" if is_full(self._log.parent) else ""
        self._report_death(f"{end}{why}", decision.delay_s, decision.is_failing)
        await _is_set_within(self._ending, decision.delay_s)

    def _report_death(self, end: str, delay_s: float, is_failing: bool) -> None:
        name = self.spec.name
        if not is_failing:
            self._say(f"{name} {end}: starting it again in {delay_s:g} s")
        elif not self._is_failing:
            self._say(
                f"{name} keeps dying (last: {end}), trying on every {delay_s:g} s:"
                f" {read_last_line(self._log)} (log: {self._log})"
            )
        self._is_failing = is_failing


def _tell(error: Exception) -> str:
    return tell_os_error(error) if isinstance(error, OSError) else repr(error)


def _describe_end(returncode: int) -> str:
    if returncode < 0:
        return f"was killed by signal {-returncode}"
    return f"ended with status {returncode}"


async def _is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(timeout_s):
            return await event.wait()
    except TimeoutError:
        return False
