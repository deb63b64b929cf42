"""A job may say where it is told, on hosts that its tenant has endpoints for."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from schemas.api.key import Role
from schemas.job.record import StageRecord
from services.gateway.callback.table import CALLBACKS
from services.gateway.database.database import Connection
from services.gateway.removal.pruner import Pruner
from services.lifecycle.clock import utc_now
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import whole_job
from tests.unit.gateway.receiver import Answer, receiving
from tests.unit.gateway.sending import Sending

HOOKS, JOBS = "/v1/webhooks", "/v1/jobs"
BODY = {"tableId": "tbl_1", "context": {"title": "Moons"}}


async def open_host(gateway: Gateway, url: str) -> dict[str, Any]:
    """Make an endpoint for jobs' own webhooks."""
    answer = await gateway.client.post(HOOKS, json={"url": url, "forJobs": True})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def post(gateway: Gateway, webhook: object, **said: Any) -> UUID:
    answer = await gateway.client.post(JOBS, json={**BODY, "webhook": webhook, **said})
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])


async def complete(sending: Sending) -> None:
    """Let the last job that was posted complete, and what is due be sent."""
    published = sending.gateway.publisher.published
    records = whole_job(StageRecord.from_json(published[-1][2] or b"").job)
    later = 10 * len(published)
    await sending.gateway.project(*(replace(r, offset=r.offset + later) for r in records))
    await sending.sender.settle_down()


async def test_a_job_s_own_webhook_is_told_at_its_address_and_signed_by_the_host_s_secret(
    sending: Sending,
) -> None:
    sending.clock.now = utc_now()
    made = await open_host(sending.gateway, sending.receiver.url)
    job_id = await post(sending.gateway, {"url": f"{sending.receiver.url}/row?n=42"})
    await complete(sending)
    [request] = sending.receiver.received
    assert request.path == "/hook/row?n=42"
    told = Webhook(made["secret"]).verify(request.body, request.headers)
    assert (told["type"], told["data"]["jobId"]) == ("job.completed", str(job_id))
    path = f"{HOOKS}/{made['id']}/deliveries"
    [delivery] = (await sending.gateway.client.get(path)).json()["deliveries"]
    [attempt] = (await sending.gateway.client.get(f"{path}/{delivery['id']}")).json()["log"]
    assert attempt["url"] == f"{sending.receiver.url}/row"


async def test_it_comes_beside_what_endpoints_are_told_and_of_jobs_without_one_nothing_comes(
    sending: Sending,
) -> None:
    await open_host(sending.gateway, sending.receiver.url)
    async with receiving() as other:
        await sending.gateway.client.post(HOOKS, json={"url": other.url})
        await post(sending.gateway, {"url": f"{sending.receiver.url}/own"})
        await complete(sending)
        await post(sending.gateway, None)
        await complete(sending)
        assert [request.path for request in sending.receiver.received] == ["/hook/own"]
        assert len(other.received) == 2


@pytest.mark.parametrize(
    ("events", "count"), [((), 1), (("job.completed",), 1), (("job.failed",), 0)]
)
async def test_of_the_events_it_asks_for_only(
    sending: Sending, events: tuple[str, ...], count: int
) -> None:
    await open_host(sending.gateway, sending.receiver.url)
    await post(sending.gateway, {"url": sending.receiver.url, "events": events})
    await complete(sending)
    assert len(sending.receiver.received) == count


WRONG: list[tuple[object, str]] = [
    ({}, "/webhook/url"),
    ("https://app.example/", "/webhook"),
    ({"url": 1}, "/webhook/url"),
    ({"url": ""}, "/webhook/url"),
    ({"url": "app.example/hook"}, "/webhook/url"),
    ({"url": "https://me:pw@app.example/"}, "/webhook/url"),
    ({"url": "https://app.example/#x"}, "/webhook/url"),
    ({"url": "http://app.example/"}, "/webhook/url"),
    ({"url": "https://app.example:8443/"}, "/webhook/url"),
    ({"url": "https://app.example.evil.example/"}, "/webhook/url"),
    ({"url": "https://169.254.169.254/"}, "/webhook/url"),
    ({"url": "https://app.example/", "events": ["job.done"]}, "/webhook/events/0"),
    ({"url": "https://app.example/", "events": ["budget.warning"]}, "/webhook/events/0"),
    ({"url": "https://app.example/", "secret": "whsec_x"}, "/webhook/secret"),
]


@pytest.mark.parametrize(("webhook", "field"), WRONG)
async def test_what_is_wrong_with_it_is_a_422_that_names_the_field_and_makes_no_job(
    gateway: Gateway, webhook: object, field: str
) -> None:
    await open_host(gateway, "https://app.example/other")
    answer = await gateway.client.post(JOBS, json={**BODY, "webhook": webhook})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [field]
    assert gateway.publisher.published == []
    assert (await gateway.client.get(JOBS)).json()["jobs"] == []


@pytest.mark.parametrize("url", ["https://app.example", "https://APP.example:443/a?b=c"])
async def test_any_address_on_the_host_is_taken(gateway: Gateway, url: str) -> None:
    await open_host(gateway, "https://app.example/other")
    await post(gateway, {"url": url})


async def test_an_endpoint_that_is_not_for_jobs_and_another_tenant_s_take_none(
    gateway: Gateway,
) -> None:
    await gateway.client.post(HOOKS, json={"url": "https://app.example/"})
    rival = await make_caller(gateway.database, Role.OPERATE, "rival")
    said = {"url": "https://app.example/", "forJobs": True}
    made = await gateway.client.post(HOOKS, json=said, headers=rival)
    assert made.status_code == 201
    webhook = {"url": "https://app.example/"}
    answer = await gateway.client.post(JOBS, json={**BODY, "webhook": webhook})
    assert answer.status_code == 422
    assert "forJobs" in answer.json()["detail"]


async def test_in_a_batch_it_is_each_job_s_own_and_a_wrong_one_fails_alone(
    sending: Sending,
) -> None:
    await open_host(sending.gateway, sending.receiver.url)
    jobs = [
        BODY | {"webhook": {"url": url}} for url in (sending.receiver.url, "https://x.example/")
    ]
    answer = await sending.gateway.client.post(f"{JOBS}/batch", json={"jobs": jobs})
    taken, refused = answer.json()["items"]
    assert (taken["status"], refused["status"]) == (202, 422)
    pointers = [error["pointer"] for error in refused["problem"]["errors"]]
    assert pointers == ["/jobs/1/webhook/url"]


async def test_a_key_stands_for_the_webhook_too(gateway: Gateway) -> None:
    await open_host(gateway, "https://app.example/")
    one, other = ({"url": f"https://app.example/{path}"} for path in "ab")
    job_id = await post(gateway, one, idempotencyKey="k")
    assert await post(gateway, one, idempotencyKey="k") == job_id
    said = {**BODY, "webhook": other, "idempotencyKey": "k"}
    assert (await gateway.client.post(JOBS, json=said)).status_code == 422


async def test_an_address_that_is_gone_ends_its_own_delivery_and_no_other_s(
    sending: Sending,
) -> None:
    made = await open_host(sending.gateway, sending.receiver.url)
    sending.receiver.script = [Answer(410)]
    for path in "ab":
        await post(sending.gateway, {"url": f"{sending.receiver.url}/{path}"})
        await complete(sending)
    found = await sending.gateway.client.get(f"{HOOKS}/{made['id']}/deliveries")
    states = [one["state"] for one in found.json()["deliveries"]]
    assert states == ["delivered", "failed"]
    assert (await sending.gateway.client.get(f"{HOOKS}/{made['id']}")).json()["disabledAt"] is None


async def test_events_are_each_job_s_to_say(gateway: Gateway) -> None:
    said = {"url": "https://app.example/", "forJobs": True, "events": ["job.failed"]}
    answer = await gateway.client.post(HOOKS, json=said)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/events"]
    made = await open_host(gateway, "https://app.example/")
    path = f"{HOOKS}/{made['id']}"
    answer = await gateway.client.patch(path, json={"events": ["job.failed"]})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/events"]
    assert made["forJobs"] is True


def count_callbacks(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(CALLBACKS)).scalar_one()


async def test_it_goes_with_its_endpoint_and_with_its_job(sending: Sending) -> None:
    database = sending.gateway.database
    made = await open_host(sending.gateway, sending.receiver.url)
    await post(sending.gateway, {"url": sending.receiver.url})
    assert await database.read(count_callbacks) == 1
    await sending.gateway.client.delete(f"{HOOKS}/{made['id']}")
    assert await database.read(count_callbacks) == 0
    await open_host(sending.gateway, sending.receiver.url)
    await post(sending.gateway, {"url": sending.receiver.url})
    await complete(sending)
    sending.clock.move(days=400)
    assert await Pruner(database, 30, sending.clock.read).tick() == 1
    assert await database.read(count_callbacks) == 0


async def test_the_record_in_kafka_does_not_hold_it(gateway: Gateway) -> None:
    await open_host(gateway, "https://app.example/")
    await post(gateway, {"url": "https://app.example/?token=not-for-kafka"})
    assert "not-for-kafka" not in json.dumps([str(said) for said in gateway.publisher.published])
