"""A lane sends in order what it has claimed, and notes it together: the tables are asked seldom."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.gateway.delivery.claim_store import Claiming
from services.gateway.delivery.delivery import Attempt, Claim, DeliveryState, Sent, StoredDelivery
from services.gateway.delivery.endpoint import make_endpoint
from services.gateway.dispatch.lane import Lane
from services.gateway.dispatch.turn_store import Asking, Turn, take_turn
from services.gateway.lease.store import LostLeaseError
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW
from tests.unit.gateway.sending import MovedClock, Sending

ENDPOINT = make_endpoint("default", "https://a.example/", (), "", "test", NOW)


def claim_of(name: str) -> Claim:
    told = (name, ENDPOINT.endpoint_id, "default", 1, "job.completed", None, "{}")
    delivery = StoredDelivery(*told, NOW, NOW, DeliveryState.PENDING, NOW, 0, 0, None, None)
    return Claim(ENDPOINT, delivery, NOW, NOW + timedelta(seconds=25))


@dataclass
class Desk:
    """Gives what it has in turns, and keeps what it was told in each."""

    turns: list[Sequence[str]]
    answer: Callable[[str], Awaitable[int]]
    clock: MovedClock = field(default_factory=MovedClock)
    told: list[tuple[list[str], list[str]]] = field(default_factory=list)

    async def take_turn(self, lane: Lane) -> Turn:
        sent = [one.claim.delivery.delivery_id for one in lane.sent]
        self.told.append((sent, [one.delivery.delivery_id for one in lane.unsent]))
        claims = self.turns.pop(0) if self.turns else ()
        return Turn([], [claim_of(name) for name in claims])

    async def post(self, claim: Claim) -> Attempt:
        status = await self.answer(claim.delivery.delivery_id)
        return Attempt(NOW, claim.url, {}, 1, status)

    async def run(self, width: int = 1) -> None:
        lane = Lane(ENDPOINT.endpoint_id, self.take_turn, self.post, self.clock.read)
        await lane.run(lambda: width)


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ({}, [(["a", "b", "c"], [])]),
        ({"a": 500}, [(["a", "b", "c"], [])]),
        ({"b": 503}, [(["a", "b"], ["c"])]),
        ({"a": 410}, [(["a"], ["b", "c"])]),
    ],
    ids=["taken", "one is refused", "away", "gone"],
)
async def test_all_that_was_claimed_is_noted_at_once_and_what_is_away_stops_it(
    statuses: dict[str, int], told: list[tuple[list[str], list[str]]]
) -> None:
    async def answer(name: str) -> int:
        return statuses.get(name, 204)

    desk = Desk(["abc"], answer)
    await desk.run()
    assert desk.told == [([], []), *told]


async def test_after_a_second_what_was_sent_is_noted_though_there_is_more() -> None:
    clock = MovedClock()

    async def answer(_name: str) -> int:
        clock.move(seconds=0.6)
        return 204

    desk = Desk(["abc", "c"], answer, clock)
    await desk.run()
    assert desk.told == [([], []), (["a", "b"], ["c"]), (["c"], [])]


async def test_what_was_claimed_too_long_ago_is_given_back_and_not_sent() -> None:
    async def answer(_name: str) -> int:
        raise AssertionError("another gateway might be sending it")

    desk = Desk(["ab"], answer)
    desk.clock.move(seconds=5.1)
    await desk.run()
    assert desk.told == [([], []), ([], ["a", "b"])]


async def test_so_many_requests_are_under_way_at_a_time_as_it_is_wide() -> None:
    state = SimpleNamespace(open=0, most=0)

    async def answer(_name: str) -> int:
        state.open += 1
        state.most = max(state.most, state.open)
        for _ in range(3):
            await asyncio.sleep(0)  # noqa: TID251 - lets the others begin
        state.open -= 1
        return 204

    desk = Desk(["abcdefg"], answer)
    await desk.run(width=3)
    assert state.most == 3
    assert sorted(desk.told[-1][0]) == [*"abcdefg"]


@dataclass
class Counted:
    """Counts the transactions that write."""

    gateway: Gateway
    writes: int = 0

    async def read(self, *told: Any) -> Any:
        return await self.gateway.database.read(*told)

    async def write(self, *told: Any) -> Any:
        self.writes += 1
        return await self.gateway.database.write(*told)


async def test_a_burst_takes_a_transaction_for_many_and_not_for_each(sending: Sending) -> None:
    ids = await sending.note(await sending.add(), 40)
    counted = Counted(sending.gateway)
    sending.sender._database = counted  # type: ignore[assignment]
    await sending.sender.settle_down()
    assert sending.receiver.ids == ids
    assert counted.writes == 2


async def test_what_was_sent_is_noted_though_the_endpoint_is_another_gateway_s_by_then(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    await sending.note(endpoint, 3)
    claiming, rules = Claiming("mine", timedelta(seconds=25), 2), sending.sender._make_rules()
    write, which = sending.gateway.database.write, endpoint.endpoint_id

    def lose(*_: object) -> None:
        raise LostLeaseError("it is another's")

    def is_void(*_: object) -> bool:
        return False

    asking = Asking(which, (), (), claiming)
    first, second = (await write(take_turn, asking, rules, lambda *_: None, is_void)).claims
    sent = [Sent(first, await sending.poster.post(first, sending.clock.now))]
    turn = await write(take_turn, Asking(which, sent, [second], claiming), rules, lose, is_void)
    assert (len(turn.claims), turn.left_why) == (0, "it is another's")
    assert [d["state"] for d in await sending.list(endpoint)] == ["delivered", "pending", "pending"]
