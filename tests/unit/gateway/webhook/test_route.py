"""Endpoints and their deliveries over REST: what is taken, what is refused, and what is noted."""

import base64
import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from schemas.api.key import Role
from services.gateway.webhook.act import MOST
from services.lifecycle.clock import utc_now
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW
from tests.unit.gateway.receiver import Answer
from tests.unit.gateway.sending import Sending

PATH = "/v1/webhooks"
SOUND = {"url": "https://app.example/hook"}
NOBODY = f"{PATH}/000000000000"


async def make(gateway: Gateway, **said: Any) -> dict[str, Any]:
    answer = await gateway.client.post(PATH, json={**SOUND, **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_the_secret_is_shown_once_and_is_of_the_standard_s_form(gateway: Gateway) -> None:
    made = await make(gateway, description=" the app ", events=["job.completed"])
    prefix, _, rest = made["secret"].partition("_")
    assert (prefix, len(base64.b64decode(rest))) == ("whsec", 32)
    read = (await gateway.client.get(f"{PATH}/{made['id']}")).json()
    listed = (await gateway.client.get(PATH)).json()["webhooks"]
    assert listed == [read]
    assert read == {name: value for name, value in made.items() if name != "secret"}
    assert (read["state"], read["description"]) == ("active", "the app")
    assert made["secret"] not in (await gateway.client.get("/v1/acts")).text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "/url"),
    ({"url": 1}, "/url"),
    ({"url": ""}, "/url"),
    ({"url": "h" * 2001}, "/url"),
    ({"url": "https://127.1.2.3.example:no/"}, "/url"),
    ({"url": "https://me:pw@app.example/"}, "/url"),
    ({"url": "https://169.254.169.254/"}, "/url"),
    ({**SOUND, "events": "job.completed"}, "/events"),
    ({**SOUND, "events": ["job.done"]}, "/events/0"),
    ({**SOUND, "events": ["job.failed", "job.failed"]}, "/events"),
    ({**SOUND, "events": [1]}, "/events/0"),
    ({**SOUND, "description": "x" * 201}, "/description"),
    ({**SOUND, "tenant": "Not A Tenant"}, "/tenant"),
    ({**SOUND, "secret": "whsec_x"}, "/secret"),
]


@pytest.mark.parametrize(("said", "field"), WRONG)
async def test_what_is_wrong_with_a_new_webhook_is_a_422_that_names_the_field(
    gateway: Gateway, said: dict[str, Any], field: str
) -> None:
    answer = await gateway.client.post(PATH, json=said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [field]
    assert "pw" not in answer.text.replace("https", "")
    assert (await gateway.client.get(PATH)).json()["webhooks"] == []


OTHER_WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("PATCH", "", {"url": "ftp://app.example"}, "/url"),
    ("PATCH", "", {"isEnabled": "perhaps"}, "/isEnabled"),
    ("PATCH", "", {"events": ["x"]}, "/events/0"),
    ("PATCH", "", {"reason": "x" * 501}, "/reason"),
    ("PATCH", "", {"tenant": "rival"}, "/tenant"),
    ("POST", "/rotate", {"overlapS": -1}, "/overlapS"),
    ("POST", "/rotate", {"overlapS": 31 * 86400}, "/overlapS"),
    ("POST", "/recover", {}, "/since"),
    ("POST", "/recover", {"since": "yesterday"}, "/since"),
    ("POST", "/recover", {"since": "2026-01-02T00:00:00"}, "/since"),
    (
        "POST",
        "/recover",
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        "/until",
    ),
    ("POST", "/recover", {"since": "2026-01-02T00:00:00Z", "all": True}, "/all"),
]


@pytest.mark.parametrize(("method", "path", "said", "field"), OTHER_WRONG)
async def test_what_is_wrong_with_a_change_is_a_422_that_names_the_field(
    gateway: Gateway, method: str, path: str, said: dict[str, Any], field: str
) -> None:
    made = await make(gateway)
    answer = await gateway.client.request(method, f"{PATH}/{made['id']}{path}", json=said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "name"),
    [("state=odd", "state"), ("limit=0", "limit"), ("cursor=x", "cursor"), ("stat=failed", "stat")],
)
async def test_what_is_wrong_with_a_list_of_deliveries_names_the_parameter(
    gateway: Gateway, query: str, name: str
) -> None:
    made = await make(gateway)
    answer = await gateway.client.get(f"{PATH}/{made['id']}/deliveries?{query}")
    assert (answer.status_code, answer.json()["detail"].partition(":")[0]) == (422, name)


NONE: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("DELETE", "", None),
    ("PATCH", "", {}),
    ("POST", "/rotate", {}),
    ("POST", "/test", None),
    ("POST", "/recover", {"since": "2026-01-02T00:00:00Z"}),
    ("GET", "/deliveries", None),
    ("GET", "/deliveries/x", None),
    ("POST", "/deliveries/x/resend", None),
]


@pytest.mark.parametrize(("method", "path", "said"), NONE)
async def test_what_does_not_exist_is_a_404(
    gateway: Gateway, method: str, path: str, said: dict[str, Any] | None
) -> None:
    answer = await gateway.client.request(method, f"{NOBODY}{path}", json=said)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_tenant_has_twenty_at_most(gateway: Gateway) -> None:
    for _ in range(MOST):
        await make(gateway)
    answer = await gateway.client.post(PATH, json=SOUND)
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (409, "too-many-webhooks")


async def test_pages_go_on_where_the_one_before_ended(sending: Sending) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 5)
    path, found = f"{PATH}/{endpoint.endpoint_id}/deliveries?limit=2", list[str]()
    cursor = ""
    while True:
        page = (await sending.gateway.client.get(path + cursor)).json()
        found += [delivery["id"] for delivery in page["deliveries"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == ids[::-1]


async def test_only_an_admin_makes_one_for_another_tenant(keyed_gateway: Gateway) -> None:
    said = {**SOUND, "tenant": "rival"}
    answers = []
    for role in (Role.OPERATE, Role.ADMIN):
        caller = await make_caller(keyed_gateway.database, role)
        answers.append(await keyed_gateway.client.post(PATH, json=said, headers=caller))
    assert [answer.status_code for answer in answers] == [403, 201]
    assert answers[1].json()["tenant"] == "rival"


async def test_acts_say_who_changed_what_and_why_without_secrets_and_query(
    gateway: Gateway,
) -> None:
    ticks = count()
    gateway.intake.now = lambda: NOW + timedelta(seconds=next(ticks))
    made = await make(gateway, url="https://app.example/hook?key=hidden")
    path = f"{PATH}/{made['id']}"
    await gateway.client.patch(path, json={"isEnabled": False, "reason": "moving"})
    await gateway.client.patch(path, json={"isEnabled": True})
    await gateway.client.patch(path, json={"isEnabled": True})  # nothing changes
    await gateway.client.post(f"{path}/rotate", json={})
    await gateway.client.delete(path)
    answer = await gateway.client.get("/v1/acts")
    acts = list(reversed(answer.json()["acts"]))
    assert [act["deed"] for act in acts] == [
        "create webhook",
        "change webhook",
        "change webhook",
        "rotate webhook secret",
        "delete webhook",
    ]
    states = [(act["before"] or {}).get("state") for act in acts]
    assert states == [None, "active", "disabled", "active", "active"]
    assert acts[1]["reason"] == "moving"
    assert "hidden" not in answer.text
    assert "whsec" not in answer.text


async def test_for_the_overlap_both_secrets_sign_and_then_only_the_new_one(
    sending: Sending,
) -> None:
    sending.clock.now = utc_now()
    sending.gateway.intake.now = sending.clock.read
    endpoint = await sending.add()
    path = f"{PATH}/{endpoint.endpoint_id}"
    new = (await sending.gateway.client.post(f"{path}/rotate", json={"overlapS": 60})).json()
    await sending.note(endpoint)
    await sending.sender.settle_down()
    await sending.note(endpoint)
    await sending.wait(seconds=61)
    first, second = sending.receiver.received
    for secret in (endpoint.secret, new["secret"]):
        Webhook(secret).verify(first.body, first.headers)
    Webhook(new["secret"]).verify(second.body, second.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(second.body, second.headers)
    assert new["oldSecretUntil"] is not None


async def test_a_test_event_is_sent_and_its_log_says_how_it_went(sending: Sending) -> None:
    endpoint = await sending.add(f"{sending.receiver.url}?token=hidden")
    echo = b'{"error": "bad signature v1,abcdefgh= for whsec_abc and bsk_012_xyz"}' + b"x" * 5000
    headers = (("Content-Type", "application/json"), ("Set-Cookie", "session=1"))
    sending.receiver.script = [Answer(400, headers, echo)]
    path = f"{PATH}/{endpoint.endpoint_id}"
    asked = await sending.gateway.client.post(f"{path}/test")
    await sending.sender.settle_down()
    read = await sending.gateway.client.get(f"{path}/deliveries/{asked.json()['id']}")
    record = read.json()
    assert (asked.status_code, asked.json()["type"]) == (202, "webhook.test")
    assert json.loads(record["body"])["data"]["webhookId"] == endpoint.endpoint_id
    assert record["body"] == sending.receiver.received[0].body
    [attempt] = record["log"]
    assert (attempt["status"], attempt["error"]) == (400, "answered 400")
    assert attempt["answerHeaders"] == {"content-type": "application/json"}
    assert attempt["answerBody"].startswith('{"error": "bad signature [hidden] for [hidden] and')
    assert len(attempt["answerBody"]) <= 1024
    assert attempt["requestHeaders"]["webhook-id"] == record["id"]
    assert "webhook-signature" not in attempt["requestHeaders"]
    assert "hidden" not in attempt["url"]


async def test_one_is_sent_again_under_its_id(sending: Sending) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 2)
    await sending.sender.settle_down()
    path = f"{PATH}/{endpoint.endpoint_id}/deliveries/{ids[0]}"
    answer = await sending.gateway.client.post(f"{path}/resend")
    await sending.sender.settle_down()
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert sending.receiver.ids == [*ids, ids[0]]
    record = (await sending.gateway.client.get(path)).json()
    assert (record["state"], record["attempts"], len(record["log"])) == ("delivered", 2, 2)


@pytest.mark.parametrize(("undelivered_only", "again"), [(False, [0, 1, 2, 3]), (True, [1, 3])])
async def test_recover_sends_what_has_happened_since_a_moment_in_order(
    sending: Sending, undelivered_only: bool, again: list[int]
) -> None:
    endpoint = await sending.add()
    sending.receiver.script = [Answer(204), Answer(410)]
    ids = await sending.note(endpoint, 2)
    await sending.sender.settle_down()
    path = f"{PATH}/{endpoint.endpoint_id}"
    ids += await sending.note(endpoint, 2)  # while it is disabled
    await sending.gateway.client.patch(path, json={"isEnabled": True})
    sending.receiver.received.clear()
    said = {"since": "2026-01-02T00:00:00Z", "undeliveredOnly": undelivered_only}
    [third] = [(await sending.list(endpoint))[2]["id"]]
    resent = await sending.gateway.client.post(f"{path}/deliveries/{third}/resend")
    await sending.sender.settle_down()
    sending.receiver.received.clear()
    answer = await sending.gateway.client.post(f"{path}/recover", json=said)
    await sending.sender.settle_down()
    assert resent.status_code == 202
    assert (answer.status_code, answer.json()) == (202, {"count": len(again)})
    assert sending.receiver.ids == [ids[n] for n in again]


async def test_what_is_before_since_or_after_until_stays(sending: Sending) -> None:
    endpoint = await sending.add()
    await sending.note(endpoint, 2)
    await sending.sender.settle_down()
    path = f"{PATH}/{endpoint.endpoint_id}/recover"
    for said in (
        {"since": "2026-01-03T00:00:00Z"},
        {"since": "2026-01-01T00:00:00+02:00", "until": "2026-01-02T00:00:00Z"},
    ):
        assert (await sending.gateway.client.post(path, json=said)).json() == {"count": 0}


@pytest.mark.parametrize("act", ["test", "recover", "resend"])
async def test_nothing_is_sent_by_hand_to_an_endpoint_that_is_disabled(
    sending: Sending, act: str
) -> None:
    endpoint = await sending.add()
    [which] = await sending.note(endpoint)
    path = f"{PATH}/{endpoint.endpoint_id}"
    await sending.gateway.client.patch(path, json={"isEnabled": False})
    act = f"deliveries/{which}/resend" if act == "resend" else act
    said = {"since": "2026-01-02T00:00:00Z"} if act == "recover" else None
    answer = await sending.gateway.client.post(f"{path}/{act}", json=said)
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (
        409,
        "webhook-is-disabled",
    )
    await sending.wait(days=1)
    assert not sending.receiver.received


async def test_what_has_waited_while_it_was_turned_off_goes_on(sending: Sending) -> None:
    endpoint = await sending.add()
    ids = await sending.note(endpoint, 2)
    path = f"{PATH}/{endpoint.endpoint_id}"
    await sending.gateway.client.patch(path, json={"isEnabled": False})
    await sending.wait(hours=1)
    await sending.gateway.client.patch(path, json={"isEnabled": True})
    await sending.sender.settle_down()
    assert sending.receiver.ids == ids


async def test_a_deleted_endpoint_is_told_nothing_more_also_by_what_is_under_way(
    sending: Sending,
) -> None:
    endpoint = await sending.add()
    await sending.note(endpoint, 3)
    assert (
        await sending.gateway.client.delete(f"{PATH}/{endpoint.endpoint_id}")
    ).status_code == 204
    await sending.sender.settle_down()
    assert not sending.receiver.received


async def test_the_document_tells_a_receiver_what_it_gets(gateway: Gateway) -> None:
    document = (await gateway.client.get("/openapi.json")).json()
    assert set(document["webhooks"]) == {
        "job.completed",
        "job.failed",
        "job.cancelled",
        "job.waiting",
        "job.result_changed",
        "budget.warning",
        "webhook.test",
    }
    told = document["webhooks"]["job.completed"]["post"]
    schema = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert schema.rpartition("/")[2] in document["components"]["schemas"]
    assert {p["name"] for p in told["parameters"]} == {
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
