"""A deadline is kept wherever the job is, and by nobody who knows less than the topics say."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from schemas.job.record import StageRecord
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, decode_headers
from schemas.stage import StageName
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.deadline.clock import MAX_JOBS, DeadlineClock
from services.gateway.job.store import find_job
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.projection.projector import Projector
from services.gateway.status.due import CALL_GRACE_MS, GRACE_MS
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import BrokerUnavailableError, ConsumedRecord, Position, PublishFailedError
from tests.unit.gateway.conftest import FakeReader, Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    NOW_MS,
    ROLES,
    TOPICS,
    consumed,
    dead_letter,
    event,
    job,
    job_id,
    request,
    retry,
    started,
    success,
)

KEY = str(JOB_ID)
TABLE, COLUMN = StageName.TABLE, StageName.COLUMN
DEADLINE = job().deadline_at or NOW
LATE = DEADLINE + timedelta(milliseconds=GRACE_MS)
VERY_LATE = DEADLINE + timedelta(milliseconds=CALL_GRACE_MS)
MS = timedelta(milliseconds=1)


@dataclass
class FakeRecords:
    """The logs of a fake reader, without what is gone."""

    reader: FakeReader
    gone: set[str] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        return await self.reader.begin_offsets(), await self.reader.end_offsets()

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        if offset in self.unreadable:
            raise BrokerUnavailableError("no leader")
        if position[0] in self.gone:
            return None
        at = (position[0], offset)
        return next((r for r in self.reader.records if (r.topic, r.offset) == at), None)


@dataclass
class Room:
    """A clock beside a gateway, at a moment of the test's choice."""

    gateway: Gateway
    records: FakeRecords
    now: datetime = LATE

    def __post_init__(self) -> None:
        gateway = self.gateway
        writer = RecordWriter(gateway.database, gateway.publisher, TOPICS, 1.0, lambda: self.now)
        self.clock = DeadlineClock(writer, self.records, gateway.projector.has_folded)

    @property
    def told(self) -> list[ConsumedRecord]:
        """What was published, as it is read."""
        return [
            ConsumedRecord(topic, 0, offset, NOW_MS, key, value, headers)
            for offset, (topic, key, value, headers) in enumerate(self.gateway.publisher.published)
        ]

    async def state(self) -> str:
        found = await self.gateway.database.read(find_job, KEY, ALL_TENANTS)
        assert found is not None
        return describe(found.known.fold).state

    async def letters(self) -> list[tuple[str, str]]:
        pages = [
            (await self.gateway.client.get(f"/v1/dead-letters?state={state}")).json()
            for state in ("open", "resolved")
        ]
        letters = [letter for page in pages for letter in page["deadLetters"]]
        return [(letter["errorKind"], letter["state"]) for letter in letters]


@pytest.fixture
def room(gateway: Gateway) -> Room:
    return Room(gateway, FakeRecords(gateway.reader))


async def test_a_job_that_no_stage_takes_on_fails_with_its_record_as_it_came(room: Room) -> None:
    asked = request()
    await room.gateway.project(asked)
    await room.clock.tick()
    [letter] = room.told
    told = decode_headers(letter.headers)
    assert (letter.topic, letter.key, letter.value) == (
        TOPICS.dead_letters(TABLE),
        asked.key,
        asked.value,
    )
    assert (told.error_kind, told.attempt, told.redrive) == (ErrorKind.DEADLINE, 1, 0)
    assert (told.origin_topic, told.origin_offset) == (asked.topic, asked.offset)
    assert told.error_message == ("the job's deadline has passed before the table stage took it on")
    await room.gateway.project(letter)
    assert (await room.state(), await room.letters()) == ("failed", [("deadline", "open")])


@pytest.mark.parametrize(
    ("begun", "now", "ended"),
    [
        ((), LATE - MS, 0),
        ((), LATE, 1),
        ((started(TABLE),), LATE, 0),  # its worker is about to say it
        ((started(TABLE),), VERY_LATE - MS, 0),
        ((started(TABLE),), VERY_LATE, 1),
        ((event(EventKind.INTERRUPTED, TABLE),), VERY_LATE, 1),
    ],
)
async def test_a_worker_has_the_time_to_say_it_first(
    room: Room, begun: tuple[ConsumedRecord, ...], now: datetime, ended: int
) -> None:
    await room.gateway.project(request(), *begun)
    room.now = now
    await room.clock.tick()
    assert len(room.told) == ended


@pytest.mark.parametrize(
    ("waits", "attempt", "reason"),
    [
        (retry(TABLE, 3), 3, "the last failure: too many requests"),
        (retry(TABLE, 1, parked=2), 1, "the last failure: too many requests"),
        (request(1, attempt=2), 2, "before the table stage took it on"),
    ],
)
async def test_what_waits_fails_for_the_attempt_that_stands(
    room: Room, waits: ConsumedRecord, attempt: int, reason: str
) -> None:
    await room.gateway.project(request(), waits)
    await room.clock.tick()
    [letter] = room.told
    told = decode_headers(letter.headers)
    assert (told.attempt, told.not_before_ms, told.parked) == (attempt, None, None)
    assert reason in (told.error_message or "")
    await room.gateway.project(letter)
    assert await room.state() == "failed"


async def test_a_later_stage_fails_with_the_answer_that_it_was_given(room: Room) -> None:
    answer = success(TABLE)
    await room.gateway.project(request(), started(TABLE), answer, success(TABLE, 1))
    await room.clock.tick()
    [letter] = room.told
    assert (letter.topic, letter.value) == (TOPICS.dead_letters(COLUMN), answer.value)
    assert decode_headers(letter.headers).origin_offset == answer.offset


async def test_a_redrive_has_a_deadline_of_its_own(room: Room) -> None:
    await room.gateway.project(request())
    await room.clock.tick()
    later_ms = int(VERY_LATE.timestamp() * 1000)
    await room.gateway.project(*room.told, request(1, redrive=1, deadline_ms=later_ms))
    await room.clock.tick()
    assert len(room.told) == 1
    room.now = VERY_LATE + timedelta(milliseconds=GRACE_MS)
    await room.clock.tick()
    assert [decode_headers(letter.headers).redrive for letter in room.told] == [0, 1]


async def test_a_letter_of_the_clock_is_put_back_like_any(room: Room) -> None:
    asked = request()
    await room.gateway.project(asked)
    await room.clock.tick()
    await room.gateway.project(*room.told)
    answer = await room.gateway.client.post("/v1/dead-letters/table-0-0/redrive")
    put_back = room.told[-1]
    told = decode_headers(put_back.headers)
    assert (answer.status_code, put_back.topic, put_back.value) == (202, asked.topic, asked.value)
    assert (told.redrive, told.repeat, told.error_kind) == (1, None, None)
    await room.gateway.project(replace(put_back, offset=1))
    assert await room.state() == "running"


async def test_nothing_is_told_before_the_tables_hold_all_that_was_said(room: Room) -> None:
    await room.gateway.project(request())
    room.gateway.reader.records += [success(TABLE)]
    await room.clock.tick()
    assert room.told == []
    await room.gateway.projector.step()
    await room.clock.tick()
    assert [letter.topic for letter in room.told] == [TOPICS.dead_letters(COLUMN)]


async def test_a_job_that_ends_while_the_tables_catch_up_is_left_alone(room: Room) -> None:
    await room.gateway.project(request())
    room.gateway.reader.records += [dead_letter(TABLE)]
    await room.clock.tick()
    await room.gateway.projector.step()
    await room.clock.tick()
    assert room.told == []


async def test_a_worker_that_says_the_same_at_the_same_moment_makes_it_one_letter(
    room: Room,
) -> None:
    await room.gateway.project(request())
    await room.clock.tick()
    [told] = room.told
    by_the_worker = dead_letter(TABLE, 1, told.value, error_kind=ErrorKind.DEADLINE)
    await room.gateway.project(by_the_worker, told)
    assert (await room.state(), await room.letters()) == ("failed", [("deadline", "open")])
    # The audit counts what its publisher marks as a possible repeat once.
    assert decode_headers(told.headers).repeat == 1


async def test_a_success_that_was_on_its_way_wins(room: Room) -> None:
    await room.gateway.project(request())
    await room.clock.tick()
    await room.gateway.project(*room.told, success(TABLE))
    assert (await room.state(), await room.letters()) == ("running", [("deadline", "resolved")])


async def test_a_job_that_is_being_cancelled_is_cancelled(room: Room) -> None:
    asked = consumed(TOPICS.control, b"{}")
    await room.gateway.project(request(), started(TABLE), asked)
    await room.clock.tick()
    assert (await room.state(), room.told) == ("cancelling", [])
    room.now = VERY_LATE
    await room.clock.tick()
    [told] = room.told
    said = JobEvent.from_json(told.value or b"")
    assert (told.topic, said.kind, said.worker) == (TOPICS.events, "cancelled", "gateway")
    await room.gateway.project(replace(told, offset=1))
    assert await room.state() == "cancelled"


async def test_a_job_whose_record_is_gone_is_named_and_cannot_be_put_back(room: Room) -> None:
    await room.gateway.project(request())
    room.records.gone.add(TOPICS.requests(TABLE))
    await room.clock.tick()
    [letter] = room.told
    told = decode_headers(letter.headers)
    assert (letter.value, told.error_kind) == (None, ErrorKind.LOST)
    assert told.error_message == (
        "the job's deadline has passed and no topic holds its record any more:"
        " test.table.requests partition 0 offset 0 was deleted, by age, size or hand, before the"
        " table stage had ended it; post the request again, with another key"
    )
    await room.gateway.project(letter)
    assert (await room.state(), await room.letters()) == ("failed", [("lost", "open")])
    answer = await room.gateway.client.post("/v1/dead-letters/table-0-0/redrive")
    assert (answer.status_code, "its bytes are gone" in answer.text) == (409, True)


async def test_a_lost_job_is_known_to_tables_that_are_filled_anew(room: Room) -> None:
    await room.gateway.project(request())
    room.records.gone.add(TOPICS.requests(TABLE))
    await room.clock.tick()
    room.gateway.reader.records = room.told
    projector = Projector(room.gateway.reader, room.gateway.database, ROLES, ChangeNotifier())
    await projector.prepare("another")
    await projector.step()
    assert (await room.state(), await room.letters()) == ("failed", [("lost", "open")])


@pytest.mark.parametrize(
    "kept", [retry(TABLE, 2), dead_letter(TABLE, value=StageRecord(job=job()).to_json())]
)
async def test_bytes_that_another_topic_still_holds_are_not_lost(
    room: Room, kept: ConsumedRecord
) -> None:
    redriven = request(1, redrive=1, deadline_ms=NOW_MS)
    await room.gateway.project(request(), kept, redriven)
    room.records.gone.add(TOPICS.requests(TABLE))
    await room.clock.tick()
    [letter] = room.told
    told = decode_headers(letter.headers)
    assert (letter.value, told.error_kind, told.redrive) == (kept.value, ErrorKind.DEADLINE, 1)


async def test_one_that_cannot_be_ended_does_not_keep_the_others(room: Room) -> None:
    several = [request(number, job(job_id(number))) for number in range(3)]
    await room.gateway.project(*several)
    room.records.unreadable.add(0)
    with pytest.raises(BrokerUnavailableError):
        await room.clock.tick()
    await room.clock.tick()
    assert {letter.value for letter in room.told} < {record.value for record in several}
    assert len(room.told) == 2


async def test_a_tick_ends_a_bounded_number_of_jobs(room: Room) -> None:
    await room.gateway.project(*(request(n, job(job_id(n))) for n in range(MAX_JOBS + 1)))
    assert (await room.clock.tick(), len(room.told)) == (True, MAX_JOBS)
    assert (await room.clock.tick(), len(room.told)) == (False, MAX_JOBS + 1)


async def test_what_the_projection_sets_aside_is_not_told_again_and_again(room: Room) -> None:
    await room.gateway.project(request())
    await room.clock.tick()
    await room.clock.tick()
    assert len(room.told) == 1


async def test_a_job_is_ended_once_the_broker_acks_again(room: Room) -> None:
    await room.gateway.project(request())
    room.gateway.publisher.is_refusing = True
    with pytest.raises(PublishFailedError):
        await room.clock.tick()
    room.gateway.publisher.is_refusing = False
    await room.clock.tick()  # a new round begins
    await room.clock.tick()
    assert len(room.told) == 1
