"""Each delivery arrives, once it can, in order; who takes none is left alone by a schedule."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.gateway.delivery.address import AddressGuard
from services.gateway.delivery.attempt_store import Rules
from services.gateway.delivery.claim_store import Claiming, claim
from services.gateway.delivery.delivery import Claim, Sent
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.settle_store import settle
from services.gateway.dispatch.post import open_poster
from services.lifecycle.clock import utc_now
from tests.unit.gateway.conftest import read_metric
from tests.unit.gateway.receiver import Answer, Receiver, listening, receiving
from tests.unit.gateway.sending import SETTINGS, Sending

HANG = Answer(hangs=True)


async def test_what_is_noted_arrives_once_and_in_order(sending: Sending) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 5)
    await sending.sender.settle_down()
    await sending.wait(days=2)
    assert sending.receiver.ids == ids
    found = await sending.list(endpoint)
    assert [d["sequence"] for d in found] == [1, 2, 3, 4, 5]
    assert {(d["state"], d["attempts"], d["lastStatus"]) for d in found} == {("delivered", 1, 204)}


async def test_the_library_s_verifier_takes_the_signature_and_no_other_secret_s(
    sending: Sending,
) -> None:
    sending.clock.now = utc_now()
    endpoint = await sending.add()
    await sending.note(endpoint)
    await sending.sender.settle_down()
    [request] = sending.receiver.received
    assert Webhook(endpoint.secret).verify(request.body, request.headers) == {}
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(request.body + " ", request.headers)


async def test_a_refused_delivery_waits_by_the_schedule_and_keeps_nobody(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(500)]
    ids = await sending.note(endpoint, 2)
    await sending.sender.settle_down()
    assert sending.receiver.ids == ids
    await sending.wait(seconds=4.9)
    assert sending.receiver.ids == ids
    await sending.wait(seconds=0.1)
    assert sending.receiver.ids == [*ids, ids[0]]
    assert {d["state"] for d in await sending.list(endpoint)} == {"delivered"}


async def test_what_is_never_taken_is_given_up_after_ten_attempts(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.always = Answer(500)
    await sending.note(endpoint)
    for _ in range(19):
        await sending.wait(hours=6)
    [delivery] = await sending.list(endpoint)
    assert (delivery["state"], delivery["attempts"]) == ("failed", 10)
    assert delivery["lastError"] == "answered 500"


async def test_after_an_absence_all_catches_up_in_order(sending: Sending) -> None:
    """It is asked by one request at a time, whatever waits for it."""
    async with receiving() as receiver:
        url = receiver.url
        endpoint = await sending.add(url)
        receiver.always = Answer(503)
        ids = await sending.note(endpoint, 20)
        for minute in range(60):
            if minute == 30:
                ids += await sending.note(endpoint, 5)
            await sending.wait(minutes=1)
        asked = len(receiver.received)
        receiver.received.clear()
        receiver.always = Answer(204)
        await sending.wait(minutes=10)
        assert asked < 30
        assert receiver.most_open == 1
        assert receiver.ids == ids
    assert (await sending.find(endpoint)).failing_since is None


async def test_a_receiver_that_was_down_for_three_minutes_gets_all_in_order_once_it_is_back(
    sending: Sending,
) -> None:
    receiver = Receiver()
    async with listening(receiver.serve) as receiver.port:
        pass  # from here on nobody is there
    endpoint = await sending.add(receiver.url)
    ids = await sending.note(endpoint, 3)
    for _ in range(12):
        await sending.wait(seconds=15)
    down = await sending.find(endpoint)
    assert (down.failing_since is None, down.disabled_at) == (False, None)
    assert [d["attempts"] for d in await sending.list(endpoint)][1:] == [0, 0]
    async with listening(receiver.serve, receiver.port):
        for _ in range(10):
            await sending.wait(minutes=1)
    assert receiver.ids == ids
    assert (await sending.find(endpoint)).failing_since is None


async def test_retry_after_is_kept_to_for_the_whole_endpoint(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(429, (("Retry-After", "120"),))]
    ids = await sending.note(endpoint, 2)
    await sending.sender.settle_down()
    await sending.wait(seconds=119)
    assert sending.receiver.ids == ids[:1]
    await sending.wait(seconds=1)
    assert sending.receiver.ids == [ids[0], *ids]


async def test_an_endpoint_that_hangs_delays_no_other(sending: Sending) -> None:
    guard = AddressGuard.of(SETTINGS)
    async with receiving() as other, open_poster(guard, timeout_s=30) as patient:
        sender = sending.another(poster=patient)
        sending.receiver.always = HANG
        for endpoint in [await sending.add() for _ in range(5)]:
            await sending.note(endpoint, 3)
        ids = await sending.note(await sending.add(other.url), 10)
        await sender.look()
        async with asyncio.timeout(20):
            while len(other.received) < 10 or len(sending.receiver.open) < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # noqa: TID251 - lets them go on
        assert other.ids == ids
        assert len(sending.receiver.open) == 5  # all of them still hang, each with one request
        await sender.end()


@asynccontextmanager
async def hurrying(sending: Sending) -> AsyncIterator[None]:
    """Let the sender wait for a second only."""
    async with open_poster(AddressGuard.of(SETTINGS), timeout_s=1) as poster:
        patient, sending.sender = sending.sender, sending.another(poster=poster)
        yield
        sending.sender = patient


async def test_no_answer_in_time_is_told_as_that(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.always = HANG
    await sending.note(endpoint)
    async with hurrying(sending):
        await sending.sender.settle_down()
    [delivery] = await sending.list(endpoint)
    assert (delivery["lastStatus"], delivery["lastError"]) == (None, "no answer within 1 s")


async def test_410_disables_and_what_was_to_come_waits(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(410)]
    await sending.note(endpoint, 2)
    await sending.wait(days=3)
    found = await sending.find(endpoint)
    assert (found.disabled_at is not None, found.disabled_why) == (True, "gone")
    assert len(sending.receiver.received) == 1
    assert [d["state"] for d in await sending.list(endpoint)] == ["failed", "pending"]
    acts = (await sending.gateway.client.get("/v1/acts")).json()["acts"]
    assert [(a["deed"], a["on"], a["by"], a["after"]) for a in acts] == [
        (
            "disable webhook",
            endpoint.endpoint_id,
            "gateway",
            {"state": "disabled", "why": "gone"},
        )
    ]


async def test_days_of_failing_are_told_in_four_steps_once_each_and_then_it_is_disabled(
    sending: Sending,
) -> None:
    before = read_metric('brainshare_webhooks_disabled_total{reason="failing"}')
    endpoint = await sending.add()
    sending.receiver.always = Answer(500)
    for _ in range(5 * 4 + 2):
        await sending.note(endpoint)
        await sending.wait(hours=6)
    acts = (await sending.gateway.client.get("/v1/acts")).json()["acts"]
    told = [act["after"].get("percentOfTime", act["after"]["state"]) for act in reversed(acts)]
    assert told == ["50", "70", "90", "disabled"]
    assert (await sending.find(endpoint)).disabled_why == "failing"
    assert read_metric('brainshare_webhooks_disabled_total{reason="failing"}') == before + 1


async def test_one_success_in_between_begins_the_days_anew(sending: Sending) -> None:
    endpoint = await sending.add()
    sending.receiver.always = Answer(500)
    for turn in range(32):
        sending.receiver.always = Answer(204 if turn == 16 else 500)
        await sending.note(endpoint)
        await sending.wait(hours=6)
    assert (await sending.find(endpoint)).disabled_at is None


async def test_what_hangs_each_time_steps_aside_for_those_behind_it(sending: Sending) -> None:
    endpoint = await sending.add()
    [poison] = await sending.note(endpoint)
    async with hurrying(sending):
        for _ in range(5):
            sending.receiver.script = [HANG]
            await sending.wait(hours=3)
    behind = await sending.note(endpoint, 3)
    sending.receiver.received.clear()
    await sending.wait(minutes=6)
    assert [i for i in sending.receiver.ids if i != poison] == behind


async def claim_as_another(
    sending: Sending, endpoint: StoredEndpoint, most: int = 1
) -> list[Claim]:
    """Another gateway claims the next deliveries."""
    claiming = Claiming("another", timedelta(seconds=25), most)
    told = (endpoint.endpoint_id, sending.clock.now, claiming, lambda *_: False)
    return await sending.gateway.database.write(claim, *told)


async def settle_late(sending: Sending, sent: Sent) -> None:
    """Another gateway notes what came of a claim."""
    rules = Rules(sending.clock.now, SETTINGS.schedule, timedelta(days=5), 0.0)
    await sending.gateway.database.write(settle, [sent], rules)


async def test_a_claim_that_died_with_its_gateway_is_sent_again_under_its_id_and_in_its_place(
    sending: Sending,
) -> None:
    """As kill -9 leaves it: the request was sent, and nothing was noted of it."""
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 2)
    [claimed] = await claim_as_another(sending, endpoint)
    await sending.poster.post(claimed, sending.clock.now)
    await sending.wait(seconds=24.9)
    assert sending.receiver.ids == ids[:1]
    await sending.wait(seconds=0.1)
    assert sending.receiver.ids == [ids[0], *ids]
    assert {d["state"] for d in await sending.list(endpoint)} == {"delivered"}


async def test_what_a_gateway_died_with_is_sent_again_in_order_whatever_of_it_had_arrived(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 5)
    claims = await claim_as_another(sending, endpoint, most=4)
    for claimed in claims[:2]:
        await sending.poster.post(claimed, sending.clock.now)
    await sending.wait(seconds=25)
    assert sending.receiver.ids == [*ids[:2], *ids]


async def test_a_gateway_that_is_alone_sends_at_its_start_what_one_that_died_was_sending(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 2)
    await claim_as_another(sending, endpoint)
    await sending.sender.begin()
    await sending.sender.settle_down()
    assert sending.receiver.ids == ids


async def test_what_is_under_way_at_the_end_of_a_gateway_is_the_next_one_s_at_once(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint)
    sending.receiver.script = [HANG]
    await sending.sender.look()
    async with asyncio.timeout(20):
        while not sending.receiver.open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # noqa: TID251 - lets it go on
    await sending.sender.end()
    await sending.another().settle_down()
    assert sending.receiver.ids == ids * 2
    assert {d["state"] for d in await sending.list(endpoint)} == {"delivered"}


async def test_what_was_taken_before_the_end_of_a_gateway_is_not_sent_again(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 3)
    sending.receiver.script = [Answer(204), HANG]
    await sending.sender.look()
    async with asyncio.timeout(20):
        while len(sending.receiver.received) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # noqa: TID251 - lets it go on
    await sending.sender.end()
    await sending.another().settle_down()
    assert sending.receiver.ids == [*ids[:2], *ids[1:]]


async def test_who_comes_late_with_a_refusal_undoes_nothing_that_was_taken_meanwhile(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    await sending.note(endpoint)
    [claimed] = await claim_as_another(sending, endpoint)
    sending.receiver.script = [Answer(500)]
    attempt = await sending.poster.post(claimed, sending.clock.now)
    await sending.wait(seconds=25)
    await settle_late(sending, Sent(claimed, attempt))
    [delivery] = await sending.list(endpoint)
    assert delivery["state"] == "delivered"


async def test_what_a_former_address_answers_late_says_nothing_of_the_new_one(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    await sending.note(endpoint)
    [claimed] = await claim_as_another(sending, endpoint)
    sending.receiver.script = [Answer(410)]
    attempt = await sending.poster.post(claimed, sending.clock.now)
    path = f"/v1/webhooks/{endpoint.endpoint_id}"
    await sending.gateway.client.patch(path, json={"url": f"{sending.receiver.url}/new"})
    await settle_late(sending, Sent(claimed, attempt))
    assert (await sending.find(endpoint)).disabled_at is None


async def test_two_senders_on_the_same_tables_send_each_once(sending: Sending) -> None:
    endpoints = [await sending.add() for _ in range(8)]
    ids = [i for endpoint in endpoints for i in await sending.note(endpoint, 5)]
    other = sending.another()
    await asyncio.gather(sending.sender.settle_down(), other.settle_down())
    assert sorted(sending.receiver.ids) == sorted(ids)


async def test_a_disabled_endpoint_is_told_nothing_and_what_happens_is_kept_as_skipped(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    await sending.gateway.client.patch(
        f"/v1/webhooks/{endpoint.endpoint_id}", json={"isEnabled": False}
    )
    await sending.note(endpoint)
    await sending.wait(days=1)
    assert [d["state"] for d in await sending.list(endpoint)] == ["skipped"]
    assert not sending.receiver.received


async def test_what_is_over_is_let_go_of_after_its_days_and_what_is_open_is_not(
    sending: Sending,
) -> None:
    done, stuck = await sending.add(), await sending.add()
    await sending.note(done, 3)
    await sending.sender.settle_down()
    await sending.note(stuck)
    sending.clock.move(days=31)
    await sending.sender.tend()
    assert await sending.list(done) == []
    assert [d["state"] for d in await sending.list(stuck)] == ["pending"]


async def test_how_many_wait_is_told_and_since_when_the_oldest_does(sending: Sending) -> None:
    endpoint, since = await sending.add(), sending.clock.now
    await sending.note(endpoint)
    sending.clock.move(minutes=11)
    await sending.note(endpoint)
    await sending.sender.tend()
    oldest = "brainshare_webhooks_oldest_pending_timestamp_seconds"
    assert read_metric("brainshare_webhooks_pending") == 2
    assert read_metric(oldest) == since.timestamp()
    await sending.sender.settle_down()
    await sending.sender.tend()
    assert read_metric("brainshare_webhooks_pending") == 0
    assert math.isnan(read_metric(oldest))
