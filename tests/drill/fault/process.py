"""Processes that stand still, die, come and go, are of another release, or have a wrong clock."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Event, Thread

from schemas.stage import StageName
from services.cli.supervisor.port import HOST, PortPicker
from services.cli.supervisor.readiness import HttpProbe
from tests.drill.fault.member import remove_members
from tests.drill.fault.shape import CannotPlantError, Fault, Plant
from tests.drill.site import Site
from tests.operation.release import running_process
from tests.operation.soak.fault.clock import MODULES, RIGHT
from tests.operation.soak.fault.process import suspended
from tests.pipeline.kafka_view import NAMES
from tests.stack import ROOT, wait_until

AHEAD_S = 30
OTHER_RELEASE = "99.0.0"
READY_S = 60.0
LOOK_S = 0.05
PASSING = "passing-"


def standing_still(*names: str) -> Plant:
    """These services do nothing: they take connections and answer none."""

    @contextmanager
    def plant(site: Site) -> Iterator[None]:
        with ExitStack() as stopped:
            for name in names:
                stopped.enter_context(suspended(site.stack.pid(name)))
            yield

    return plant


@contextmanager
def _stage_stands_still(site: Site) -> Iterator[None]:
    with standing_still(*site.workers("table"))(site):
        yield


@contextmanager
def _workers_die(site: Site) -> Iterator[None]:
    """Every worker of a stage dies as soon as it is started again."""
    ended = Event()

    def kill_all() -> None:
        while not ended.wait(LOOK_S):
            for name in site.workers("row"):
                with suppress(Exception):  # dead already, or not yet told of
                    site.stack.kill(name)

    thread = Thread(target=kill_all)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _coming_and_going(site: Site) -> Iterator[None]:
    """Another worker of a stage joins its group and leaves it, again and again."""
    ended = Event()
    come: list[int] = []
    failed: list[Exception] = []

    def come_and_go() -> None:
        for number in count():
            if ended.wait(LOOK_S):
                return
            try:
                with _joined(site, number):
                    come.append(number)
            except Exception as error:  # one that does not come in time makes way for the next
                failed.append(error)

    thread = Thread(target=come_and_go)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if not come:
        raise CannotPlantError(f"no worker has come: {failed[-1:]}")


@contextmanager
def _joined(site: Site, number: int) -> Iterator[None]:
    folder, port = site.disk / "passing", PortPicker().pick()
    folder.mkdir(exist_ok=True)
    env = dict(site.settings) | {
        "KAFKA_BOOTSTRAP_SERVERS": site.stack.brokers,
        "STAGE_INSTANCE_ID": f"{PASSING}{number}",
        "STAGE_HEALTH_PORT": str(port),
        "STAGE_DATA_DIR": str(folder / "data"),
    }
    probe = HttpProbe(f"http://{HOST}:{port}/readyz")
    try:
        with running_process("row_agent", ROOT, folder, env):
            wait_until(lambda: asyncio.run(probe.ask()).is_ready, READY_S, "it has joined")
            yield
    finally:
        groups = NAMES.group(StageName.ROW), NAMES.forwarder_group(StageName.ROW)
        remove_members(site.stack.brokers, groups, PASSING)


@contextmanager
def _of_two_releases(site: Site) -> Iterator[None]:
    """A worker is started again of what calls itself another release."""
    told = site.releases / f"brainshare-{OTHER_RELEASE}.dist-info" / "METADATA"
    worker = site.workers("row")[0]
    told.parent.mkdir()
    told.write_text(f"Metadata-Version: 2.1\nName: brainshare\nVersion: {OTHER_RELEASE}\n")
    site.restart(worker)
    try:
        yield
    finally:
        told.unlink()
        told.parent.rmdir()
        site.restart(worker)


@contextmanager
def _clock_is_ahead(site: Site) -> Iterator[None]:
    if site.clocks is None:
        raise CannotPlantError("clocks cannot be set: apt-get install libfaketime")
    file: Path = site.clocks / MODULES["row-agent"]
    file.write_text(f"+{AHEAD_S}")
    try:
        yield
    finally:
        file.write_text(RIGHT)


PROCESS_FAULTS = (
    Fault(
        "one stage dead",
        _stage_stands_still,
        fires=("StageDown",),
        says="table-agent-2: no answer",
        beside=("TargetDown",),
    ),
    Fault(
        "all workers of a stage dead",
        _workers_die,
        fires=("StageDown",),
        says="row-agent-2: no answer",
        beside=("TargetDown",),
    ),
    Fault(
        "gateway dead",
        standing_still("gateway"),
        fires=("TargetDown",),
        says="gateway of the stack",
    ),
    Fault(
        "rebalance storm",
        _coming_and_going,
        fires=("RebalanceStorm",),
        says="rebalances",
        within="20m",
    ),
    Fault(
        "clock skew", _clock_is_ahead, fires=("ClockOff",), says="clock of row-agent", within="15m"
    ),
    Fault(
        "mixed versions",
        _of_two_releases,
        fires=("MixedVersions",),
        says=OTHER_RELEASE,
        within="40m",
    ),
)
