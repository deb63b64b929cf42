"""Who is suspected, and how the one that ends its process is found among many."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.stage_runtime.processing.crash_suspect import Quarantine, Suspects, Suspicion
from services.stage_runtime.processing.ledger import Ledger
from tests.factory import JOB_ID, NOW, consumed

KEY = str(JOB_ID).encode()
STARTED, INTERRUPTED = EventKind.STARTED, EventKind.INTERRUPTED


def make_event(second: int = 0, kind: EventKind = STARTED, **fields: Any) -> bytes:
    at = NOW + timedelta(seconds=second)
    event = JobEvent(kind=kind, job_id=JOB_ID, stage=StageName.TABLE, worker="w-0", at=at)
    return event.model_copy(update=fields).to_json()


@pytest.mark.parametrize(
    ("events", "deaths", "most_inside"),
    [
        ([], 0, None),
        ([make_event()], 1, None),
        ([make_event(), make_event()], 1, None),
        ([make_event(), make_event(1)], 2, 1),
        ([make_event(), make_event(1), make_event(2)], 3, 1),
        ([make_event(), make_event(1, INTERRUPTED)], 0, None),
        ([make_event(), make_event(1), make_event(2, INTERRUPTED), make_event(3)], 1, None),
        ([make_event(attempt=2)], 0, None),
        ([make_event(redrive=1)], 0, None),
        ([make_event(parked=1)], 0, None),
        ([make_event(stage=StageName.ROW)], 0, None),
        ([make_event(0, EventKind.CANCELLED)], 0, None),
        ([b"no event"], 0, None),
    ],
)
def test_starts_without_an_end_are_counted_and_the_same_one_once(
    events: list[bytes], deaths: int, most_inside: int | None
) -> None:
    suspects = Suspects(StageName.TABLE, Ledger())
    for event in events:
        suspects.note_event(consumed(event, key=KEY))
    suspicion = suspects.judge(KEY, Headers())
    assert (suspicion.deaths, suspicion.most_inside) == (deaths, most_inside)


@pytest.mark.parametrize(
    ("deaths", "was_alone", "is_found"),
    [(2, True, False), (3, True, False), (4, True, True), (4, False, False), (9, False, False)],
)
def test_only_who_was_alone_at_the_last_of_several_deaths_is_found(
    deaths: int, was_alone: bool, is_found: bool
) -> None:
    assert Suspicion(deaths, was_alone).is_found is is_found


def test_of_those_under_way_at_two_deaths_half_are_let_in_and_the_answered_do_not_count() -> None:
    ledger = Ledger()
    suspects = Suspects(StageName.TABLE, ledger)
    keys = [b"job-%d" % number for number in range(10)]
    for second in range(2):
        for key in keys:
            suspects.note_event(consumed(make_event(second), key=key))
    assert suspects.judge(keys[0], Headers()).most_inside == 5
    for key in keys[4:]:
        ledger.note_success(key)
    assert suspects.judge(keys[0], Headers()).most_inside == 2


def test_the_oldest_starts_are_forgotten_first() -> None:
    suspects = Suspects(StageName.TABLE, Ledger(), max_entries=1)
    for key in (b"old", b"new"):
        suspects.note_event(consumed(make_event(), key=key))
    assert [suspects.judge(key, Headers()).deaths for key in (b"old", b"new")] == [0, 1]


class Worker:
    """A worker that ends, with all that it has under way, once the culprit is."""

    def __init__(self, jobs: int, culprit: int) -> None:
        self.culprit = b"job-%d" % culprit
        self.open = {b"job-%d" % number for number in range(jobs)}
        self.ledger = Ledger()
        self.events: list[tuple[bytes, bytes]] = []
        self.lives = 0
        self.has_ended = asyncio.Event()

    async def live(self) -> bytes | None:
        """Work until the end of the process, or of the work. Returns who is found."""
        self.lives += 1
        suspects, quarantine = Suspects(StageName.TABLE, self.ledger), Quarantine()
        for key, event in self.events:
            suspects.note_event(consumed(event, key=key))
        tasks = [
            asyncio.create_task(self.handle(key, suspects.judge(key, Headers()), quarantine))
            for key in sorted(self.open)
        ]
        self.has_ended.clear()
        end = asyncio.create_task(self.has_ended.wait())
        every = asyncio.gather(*tasks)
        either: set[asyncio.Future[Any]] = {every, end}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        found = [task.result() for task in tasks if task.done() and task.result()]
        for task in (end, *tasks):
            task.cancel()
        await asyncio.gather(end, *tasks, return_exceptions=True)
        return found[0] if found else None

    async def handle(
        self, key: bytes, suspicion: Suspicion, quarantine: Quarantine
    ) -> bytes | None:
        if suspicion.is_found:
            self.open.discard(key)
            return key
        async with quarantine.enter(suspicion.most_inside):
            alone = suspicion.most_inside == 1
            self.events.append((key, make_event(self.lives, alone=alone)))
            for _ in range(3):
                await asyncio.sleep(0)  # noqa: TID251 - a call, during which others begin
            if key == self.culprit:
                # Inside, so that nobody follows: a process that ends lets nobody in.
                self.has_ended.set()
                await asyncio.Event().wait()
            for _ in range(3):
                await asyncio.sleep(0)  # noqa: TID251 - it takes as long for each
            self.ledger.note_success(key)
            self.open.discard(key)
        return None


@pytest.mark.parametrize(
    ("jobs", "deaths"), [(1, 4), (2, 4), (3, 4), (8, 5), (16, 6), (32, 7), (64, 8)]
)
@pytest.mark.parametrize("position", [0.0, 0.5, 1.0])
async def test_among_many_the_culprit_is_found_by_halves_and_all_others_complete(
    jobs: int, deaths: int, position: float
) -> None:
    worker = Worker(jobs, culprit=int(position * (jobs - 1)))
    found = None
    while found is None:
        found = await worker.live()
    while worker.open:
        await worker.live()
    assert found == worker.culprit
    assert worker.lives - 1 <= deaths
    assert worker.open == set()


class Visit:
    """Somebody inside, until told to leave."""

    def __init__(self, quarantine: Quarantine, most_inside: int | None) -> None:
        self.is_inside = False
        self.may_leave = asyncio.Event()
        self.task = asyncio.create_task(self._stay(quarantine, most_inside))

    async def _stay(self, quarantine: Quarantine, most_inside: int | None) -> None:
        async with quarantine.enter(most_inside):
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


async def test_other_work_goes_on_beside_a_suspect_and_other_suspects_wait() -> None:
    quarantine = Quarantine()
    suspect, second = Visit(quarantine, 1), Visit(quarantine, 5)
    await settle()
    other = Visit(quarantine, None)
    await settle()
    assert [v.is_inside for v in (suspect, second, other)] == [True, False, True]
    await suspect.leave()
    assert second.is_inside
    await second.leave()
    await other.leave()


async def test_who_waits_gives_its_place_to_other_work_and_takes_one_again() -> None:
    places: list[str] = []

    async def take() -> None:
        places.append("taken")

    quarantine = Quarantine(lambda: places.append("left"), take)
    first, second = Visit(quarantine, 1), Visit(quarantine, 1)
    await settle()
    assert places == ["left"]
    await first.leave()
    assert (places, second.is_inside) == (["left", "taken"], True)
    await second.leave()


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    quarantine = Quarantine()
    first = Visit(quarantine, 1)
    await settle()
    waiting = Visit(quarantine, 1)
    await settle()
    waiting.task.cancel()
    await settle()
    await first.leave()
    later = Visit(quarantine, 1)
    await settle()
    assert later.is_inside
    await later.leave()
