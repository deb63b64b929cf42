"""Who has begun and come to nothing, and who is handled alone."""

import asyncio
from typing import Any

import pytest

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.stage_runtime.processing.crash_suspect import Isolation, Suspects, Suspicion
from tests.factory import JOB_ID, NOW, consumed

KEY = str(JOB_ID).encode()
BEGUN, ALONE = Suspicion.BEGUN, Suspicion.BEGUN_ALONE
STARTED, INTERRUPTED = EventKind.STARTED, EventKind.INTERRUPTED


def make_event(kind: EventKind = STARTED, **fields: Any) -> bytes:
    event = JobEvent(
        kind=kind, job_id=JOB_ID, stage=StageName.TABLE, worker="w-0", at=NOW
    ).model_copy(update=fields)
    return event.to_json()


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Suspicion.NONE),
        ([make_event()], BEGUN),
        ([make_event(), make_event()], BEGUN),
        ([make_event(), make_event(alone=True)], ALONE),
        ([make_event(alone=True), make_event()], ALONE),
        ([make_event(), make_event(INTERRUPTED)], Suspicion.NONE),
        ([make_event(), make_event(INTERRUPTED), make_event()], BEGUN),
        ([make_event(attempt=2)], Suspicion.NONE),
        ([make_event(redrive=1)], Suspicion.NONE),
        ([make_event(parked=1)], Suspicion.NONE),
        ([make_event(stage=StageName.ROW)], Suspicion.NONE),
        ([make_event(EventKind.CANCELLED)], Suspicion.NONE),
        ([b"no event"], Suspicion.NONE),
    ],
)
def test_an_earlier_start_of_the_same_delivery_is_suspected(
    events: list[bytes], expected: Suspicion
) -> None:
    suspects = Suspects(StageName.TABLE)
    for event in events:
        suspects.note_event(consumed(event, key=KEY))
    assert suspects.judge(KEY, Headers()) is expected


def test_the_oldest_starts_are_forgotten_first() -> None:
    suspects = Suspects(StageName.TABLE, max_entries=1)
    for key in (b"old", b"new"):
        suspects.note_event(consumed(make_event(), key=key))
    found = [suspects.judge(key, Headers()) for key in (b"old", b"new")]
    assert found == [Suspicion.NONE, BEGUN]


class Visit:
    """Somebody inside, until told to leave."""

    def __init__(self, isolation: Isolation, *, alone: bool) -> None:
        self.is_inside = False
        self.may_leave = asyncio.Event()
        self.task = asyncio.create_task(self._stay(isolation, alone=alone))

    async def _stay(self, isolation: Isolation, *, alone: bool) -> None:
        async with isolation.enter(alone=alone):
            self.is_inside = True
            await self.may_leave.wait()
        self.is_inside = False

    async def leave(self) -> None:
        self.may_leave.set()
        await self.task
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=0)


async def test_who_is_alone_waits_for_all_and_lets_nobody_in() -> None:
    isolation = Isolation()
    first = Visit(isolation, alone=False)
    await settle()
    suspect, later = Visit(isolation, alone=True), Visit(isolation, alone=False)
    await settle()
    assert [v.is_inside for v in (first, suspect, later)] == [True, False, False]
    await first.leave()
    assert [v.is_inside for v in (suspect, later)] == [True, False]
    await suspect.leave()
    assert later.is_inside
    await later.leave()


async def test_who_gives_up_waiting_to_be_alone_holds_up_nobody() -> None:
    isolation = Isolation()
    first = Visit(isolation, alone=False)
    await settle()
    suspect = Visit(isolation, alone=True)
    await settle()
    suspect.task.cancel()
    await settle()
    await first.leave()
    later = Visit(isolation, alone=False)
    await settle()
    assert later.is_inside
    await later.leave()
