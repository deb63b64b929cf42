"""What a person has sent again goes at once, whatever the schedule says, and in its order."""

import pytest

from tests.unit.gateway.receiver import Answer
from tests.unit.gateway.sending import Sending

PATH = "/v1/webhooks"


@pytest.mark.parametrize("undelivered_only", [False, True])
async def test_recover_sends_what_waits_for_its_next_turn_in_its_place(
    sending: Sending, undelivered_only: bool
) -> None:
    """Each was refused, and so waits by itself, for minutes or for a day."""
    endpoint = await sending.add()
    sending.receiver.script = [Answer(500), Answer(204), Answer(500)]
    ids = await sending.note(endpoint, 3)
    await sending.sender.settle_down()
    sending.receiver.received.clear()
    path = f"{PATH}/{endpoint.endpoint_id}/recover"
    said = {"since": "2026-01-02T00:00:00Z", "undeliveredOnly": undelivered_only}
    answer = await sending.gateway.client.post(path, json=said)
    await sending.sender.settle_down()
    again = [0, 2] if undelivered_only else [0, 1, 2]
    assert answer.json() == {"count": len(again)}
    assert sending.receiver.ids == [ids[n] for n in again]


@pytest.mark.parametrize("act", ["test", "recover", "resend"])
async def test_what_a_person_sends_goes_at_once_also_where_the_endpoint_is_left_alone(
    sending: Sending, act: str
) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(503, (("Retry-After", "86400"),))]
    [which] = await sending.note(endpoint)
    await sending.sender.settle_down()
    assert (await sending.find(endpoint)).held_until is not None
    act = f"deliveries/{which}/resend" if act == "resend" else act
    said = {"since": "2026-01-02T00:00:00Z"} if act.startswith("recover") else None
    path = f"{PATH}/{endpoint.endpoint_id}/{act}"
    answer = await sending.gateway.client.post(path, json=said)
    await sending.sender.settle_down()
    assert answer.status_code == 202
    assert sending.receiver.ids[:2] == [which, which]
    assert (await sending.find(endpoint)).held_until is None
