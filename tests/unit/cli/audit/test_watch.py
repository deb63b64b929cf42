"""A watch outlives its broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from services.cli.audit.error import AuditImpossible
from services.cli.audit.report import Report
from services.cli.audit.watch import LONGEST_WAIT_S, watch
from services.kafka import BrokerUnavailableError
from tests.unit.cli.audit.audit_log import audit

AWAY = BrokerUnavailableError("no Kafka broker answers at x")
WELL = audit([])


class WatchEndedError(Exception):
    """The script is at its end."""


@dataclass
class Script:
    """An audit whose connects and looks go by a list: what is an error is raised."""

    steps: list[Report | BaseException]
    shown: list[Report] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    opened: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Script"]:
        self.opened += 1
        yield self

    async def look(self) -> Report:
        step = self.steps.pop(0) if self.steps else WatchEndedError()
        if isinstance(step, BaseException):
            raise step
        return step

    async def listen(self, seconds: float) -> None:
        assert seconds == 5.0

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def run(self) -> None:
        with pytest.raises(WatchEndedError):
            await watch(self.open, self.shown.append, self.said.append, self.pause)


async def test_a_broker_that_goes_away_is_waited_for_and_named_once() -> None:
    script = Script([WELL, AWAY, AWAY, AWAY, WELL, WELL])
    await script.run()
    assert (script.shown, script.waits) == ([WELL] * 3, [1.0, 2.0, 4.0])
    assert script.said == [
        "no Kafka broker answers at x; waiting for it, Ctrl-C ends this",
        "the topics can be read again",
    ]


async def test_each_absence_is_counted_anew() -> None:
    script = Script([WELL, AWAY, WELL, AWAY, WELL])
    await script.run()
    assert (script.opened, script.waits, len(script.said)) == (3, [1.0, 1.0], 4)


async def test_waits_grow_to_a_bound() -> None:
    script = Script([WELL, *[AWAY] * 9, WELL])
    await script.run()
    assert max(script.waits) == script.waits[-1] == LONGEST_WAIT_S


@pytest.mark.parametrize(
    "make",
    [
        lambda: AuditImpossible("nothing was read for 30 s"),
        lambda: RuntimeError("KafkaTimeoutError"),
        lambda: ConnectionError("reset"),
    ],
)
async def test_whatever_the_broker_does_is_waited_out(make: Callable[[], Exception]) -> None:
    script = Script([WELL, make(), WELL])
    await script.run()
    assert script.shown == [WELL, WELL]


async def test_without_a_first_look_there_is_nothing_to_watch() -> None:
    script = Script([AWAY])
    with pytest.raises(BrokerUnavailableError):
        await watch(script.open, script.shown.append, script.said.append, script.pause)
    assert script.waits == []


async def test_a_cancel_that_the_client_library_lets_out_is_no_cancel_of_ours() -> None:
    script = Script([WELL, asyncio.CancelledError(), WELL])
    await script.run()
    assert script.shown == [WELL, WELL]
    assert script.said[0].startswith("the broker does not answer")


async def test_a_cancel_of_ours_ends_the_watch() -> None:
    script = Script([WELL, AWAY])

    async def cancel(seconds: float) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.Event().wait()

    running = asyncio.create_task(
        watch(script.open, script.shown.append, script.said.append, cancel)
    )
    with pytest.raises(asyncio.CancelledError):
        await running
