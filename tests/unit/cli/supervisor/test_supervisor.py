"""Services kept alive, with small scripts in place of the real ones."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from services.cli.supervisor import restart
from services.cli.supervisor import service as service_module
from services.cli.supervisor.data_dir import ask_restart
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.readiness import Readiness
from services.cli.supervisor.service import Service
from services.cli.supervisor.spec import ServiceSpec
from services.cli.supervisor.supervisor import Supervisor
from services.cli.terminal.error import ServiceFailed

WAIT = "import signal; signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); {WAIT}"
FAIL = "raise SystemExit('no luck')"
POLL_S = 0.01
BOUND_S = 10.0


@dataclass
class FileProbe:
    """Ready once the file has content."""

    path: Path

    async def ask(self) -> Readiness:
        return Readiness(self.path.exists() and self.path.stat().st_size > 0)


@dataclass
class Run:
    """A supervisor and what it told."""

    supervisor: Supervisor
    said: list[str] = field(default_factory=list)
    pids: list[int | None] = field(default_factory=list)


@pytest.fixture(name="run")
async def _run(tmp_path: Path) -> AsyncIterator[Run]:
    said: list[str] = []
    pids: list[int | None] = []
    async with Supervisor(
        tmp_path, inherited_env(), said.append, lambda all_: pids.append(all_[-1].pid)
    ) as supervisor:
        yield Run(supervisor, said, pids)


def script(name: str, code: str, **more: object) -> ServiceSpec:
    return ServiceSpec(name, (sys.executable, "-c", code), {}, **more)  # type: ignore[arg-type]


async def wait_until(condition: Callable[[], bool]) -> None:
    never = asyncio.Event()
    async with asyncio.timeout(BOUND_S):
        while not condition():
            await asyncio.wait([asyncio.ensure_future(never.wait())], timeout=POLL_S)


async def test_a_killed_service_is_started_again_under_a_new_pid(run: Run) -> None:
    await run.supervisor.start([script("agent", WAIT)])
    first = run.pids[0]
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await wait_until(lambda: len(run.pids) == 2)
    assert first != run.pids[1]
    assert run.said == ["agent was killed by signal 9: starting it again in 0.2 s"]


async def test_a_restart_that_was_asked_for_is_no_death(run: Run, tmp_path: Path) -> None:
    await run.supervisor.start([script("agent", WAIT)])
    for ends in (1, 2):
        pid = run.pids[-1]
        assert pid is not None
        if ends == 1:
            ask_restart(tmp_path, "agent", pid)
        os.kill(pid, signal.SIGTERM)
        await wait_until(lambda: len(run.pids) == ends + 1)  # noqa: B023 - ends before the next
    asked, died = run.said
    assert asked == "agent is restarted, as asked"
    assert died == "agent was killed by signal 15: starting it again in 0.2 s"


async def test_a_service_that_refuses_its_settings_is_not_started_again(
    run: Run, tmp_path: Path
) -> None:
    refuse = "import sys; print('error: LLM_PROFILE is wrong'); sys.exit(78)"
    with pytest.raises(ServiceFailed, match="agent refuses to start: error: LLM_PROFILE is wrong"):
        await run.supervisor.start([script("agent", refuse, probe=FileProbe(tmp_path / "never"))])
    assert (len(run.pids), run.said) == (1, [])


async def test_a_stop_leaves_no_process(run: Run) -> None:
    await run.supervisor.start([script("one", WAIT), script("two", WAIT, wave=1)])
    await run.supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in run.pids if pid)
    assert run.said == []


async def test_a_service_deaf_to_sigterm_is_killed_when_its_grace_is_over(
    run: Run, tmp_path: Path
) -> None:
    probe = FileProbe(tmp_path / "deaf.log")
    await run.supervisor.start([script("deaf", DEAF, stop_grace_s=0.1, probe=probe)])
    await run.supervisor.stop()
    assert run.pids[0] is not None
    assert not psutil.pid_exists(run.pids[0])


async def test_hurry_ends_the_grace(run: Run, tmp_path: Path) -> None:
    probe = FileProbe(tmp_path / "deaf.log")
    await run.supervisor.start([script("deaf", DEAF, stop_grace_s=600, probe=probe)])
    run.supervisor.hurry()
    async with asyncio.timeout(BOUND_S):
        await run.supervisor.stop()


async def test_a_service_that_dies_before_it_is_ready_is_named_with_its_last_line(
    run: Run, tmp_path: Path
) -> None:
    spec = script("gateway", FAIL, start_limit=1, probe=FileProbe(tmp_path / "never"))
    with pytest.raises(ServiceFailed, match=r"gateway died before it was ready: no luck \(log: "):
        await run.supervisor.start([spec])


async def test_a_service_that_is_never_ready_is_given_up(run: Run, tmp_path: Path) -> None:
    spec = script("slow", WAIT, ready_timeout_s=0.1, probe=FileProbe(tmp_path / "never"))
    with pytest.raises(ServiceFailed, match=r"slow is not ready after 0\.1 s"):
        await run.supervisor.start([spec])


async def test_a_later_wave_starts_when_the_one_before_is_ready(run: Run, tmp_path: Path) -> None:
    started = tmp_path / "first.log"
    first = script("first", f"print(1, flush=True); {WAIT}", probe=FileProbe(started))
    second = script(
        "second",
        f"import os; print(os.path.getsize({str(started)!r}), flush=True); {WAIT}",
        wave=1,
        probe=FileProbe(tmp_path / "second.log"),
    )
    await run.supervisor.start([second, first])
    assert (tmp_path / "second.log").read_text().strip() == "2"


async def test_what_cannot_be_written_down_is_said_and_ends_no_supervision(tmp_path: Path) -> None:
    said: list[str] = []
    failures = [OSError(28, "No space left on device")]

    def write(_: Sequence[Service]) -> None:
        if failures:
            raise failures.pop()

    async with Supervisor(tmp_path, inherited_env(), said.append, write) as supervisor:
        await supervisor.start([script("one", WAIT)])
        [service] = supervisor.services
        first = service.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await wait_until(lambda: service.pid not in (None, first))
    assert "its disk is full" in said[0]
    assert not psutil.pid_exists(first)


async def test_a_fault_of_our_own_is_said_at_once_and_ends_no_supervision(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: nobody would look at a task that has ended before the stop."""
    faults = [RuntimeError("a fault")]

    def look(_: Path) -> bool:
        if faults:
            raise faults.pop()
        return False

    monkeypatch.setattr(service_module, "is_full", look)
    monkeypatch.setattr(service_module, "FAULT_PAUSE_S", POLL_S)
    await run.supervisor.start([script("one", WAIT)])
    [service] = run.supervisor.services
    first = service.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await wait_until(lambda: service.pid not in (None, first))
    assert "one: a fault of its supervision (RuntimeError('a fault'))" in run.said[0]


async def test_who_is_told_of_changes_may_fail_in_any_way(tmp_path: Path) -> None:
    said: list[str] = []

    def write(_: Sequence[Service]) -> None:
        raise ValueError("a fault")

    async with Supervisor(tmp_path, inherited_env(), said.append, write) as supervisor:
        await supervisor.start([script("one", WAIT)])
        [service] = supervisor.services
        await wait_until(lambda: service.pid is not None and bool(said))
        pid = service.pid
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert "stack.json could not be written: ValueError('a fault')" in said[0]


async def test_one_that_keeps_dying_is_said_once_with_its_last_line_and_log(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restart, "FIRST_DELAY_S", POLL_S)
    monkeypatch.setattr(restart, "LONGEST_DELAY_S", POLL_S)
    await run.supervisor.start([script("agent", FAIL)])
    await wait_until(lambda: len(run.pids) > 2 * restart.FAILING_DEATHS)
    [told] = [line for line in run.said if "keeps dying" in line]
    assert told.startswith("agent keeps dying (last: ended with status 1), trying on every")
    assert told.endswith(f"no luck (log: {tmp_path / 'agent.log'})")


async def test_a_service_that_cannot_be_started_now_is_started_later(
    run: Run, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.symlink_to(sys.executable)
    await run.supervisor.start([ServiceSpec("one", (str(program), "-c", WAIT), {})])
    [service] = run.supervisor.services
    first = service.pid
    assert first is not None
    program.unlink()
    os.kill(first, signal.SIGKILL)
    await wait_until(lambda: any("could not be started" in line for line in run.said))
    program.symlink_to(sys.executable)
    await wait_until(lambda: service.pid not in (None, first) and psutil.pid_exists(service.pid))


async def test_a_log_that_cannot_be_written_hinders_no_start(run: Run, tmp_path: Path) -> None:
    """As on a full disk."""
    (tmp_path / "one.log").mkdir()
    await run.supervisor.start([script("one", f"print(1, flush=True); {WAIT}")])
    [service] = run.supervisor.services
    first = service.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await wait_until(lambda: service.pid not in (None, first) and psutil.pid_exists(service.pid))


async def test_a_stop_that_fails_stops_the_other_services_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run.supervisor.start([script("broker", WAIT), script("agent", WAIT, wave=1)])
    broker, agent = run.supervisor.services

    async def fail() -> None:
        raise OSError(28, "No space left on device")

    stop = agent.stop
    monkeypatch.setattr(agent, "stop", fail)
    await run.supervisor.stop()
    await stop()
    assert broker.pid is not None
    assert not psutil.pid_exists(broker.pid)
    assert any("did not stop cleanly" in line for line in run.said)
