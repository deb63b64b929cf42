"""POST /v1/jobs: what is told with 202 is in Kafka, and nothing else is."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from schemas.job.record import StageRecord
from schemas.job.request import DEFAULT_DEADLINE_S, MAX_REQUEST_BYTES, SuggestionRequest
from schemas.kafka.headers import decode_headers
from schemas.stage import StageName
from services.gateway.database import patience
from services.gateway.database.database import DatabaseUnavailableError
from services.gateway.database.fault import FullDatabaseError
from services.gateway.job.reservation_store import (
    Reservation,
    fold_accepted,
    reserve,
    set_state,
)
from services.gateway.job.table import RESERVATIONS
from services.gateway.submission.intake import RECOVERED_AT_A_TIME
from services.gateway.submission.order import digest_in_full, digest_request
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, NOW, TOPICS, consumed, job, job_id

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


async def test_an_accepted_job_is_in_the_requests_of_its_first_stage(gateway: Gateway) -> None:
    body = {**BODY, "stages": ["column", "row"]}
    answer = await gateway.client.post("/v1/jobs", json=body, headers={"traceparent": TRACE})
    [(topic, key, value, raw)] = gateway.publisher.published
    headers = decode_headers(raw)
    assert answer.status_code == 202
    assert topic == TOPICS.requests(StageName.COLUMN)
    assert (
        key.decode()
        == answer.json()["jobId"]
        == str(StageRecord.from_json(value or b"").job.job_id)
    )
    assert (headers.schema, headers.attempt) == ("stage-record/1", 1)
    assert (headers.traceparent or "").startswith(TRACE[:36])


async def test_a_job_can_be_read_right_after_its_202(gateway: Gateway) -> None:
    answer = await gateway.client.post("/v1/jobs", json=BODY)
    read = await gateway.client.get(answer.headers["location"])
    listed = await gateway.client.get("/v1/jobs")
    assert answer.headers["retry-after"] == "1"
    accepted = answer.json()
    del accepted["streamToken"]
    assert read.json() == accepted
    assert read.json()["status"] == "pending"
    assert [found["jobId"] for found in listed.json()["jobs"]] == [answer.json()["jobId"]]


@pytest.mark.parametrize("second", ["key-1", '"key-1"'])
async def test_the_same_key_and_body_are_the_same_job(gateway: Gateway, second: str) -> None:
    first = await post(gateway, "key-1")
    again = await post(gateway, second)
    assert again == first
    assert len(gateway.publisher.published) == 1


async def test_a_key_in_the_body_is_the_same_key(gateway: Gateway) -> None:
    first = await post(gateway, "key-1")
    answer = await gateway.client.post("/v1/jobs", json={**BODY, "idempotencyKey": "key-1"})
    assert (answer.status_code, answer.json()["jobId"]) == first


async def test_two_different_keys_are_refused(gateway: Gateway) -> None:
    body = {**BODY, "idempotencyKey": "other"}
    answer = await gateway.client.post("/v1/jobs", json=body, headers={"idempotency-key": "k"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/idempotencyKey"


async def test_the_same_key_with_another_body_shows_both_hashes(gateway: Gateway) -> None:
    await post(gateway, "key-1")
    body = {**BODY, "tableId": "tbl_2"}
    answer = await gateway.client.post("/v1/jobs", json=body, headers={"idempotency-key": "key-1"})
    hashes = [word for word in answer.json()["detail"].replace(",", "").split() if len(word) == 64]
    assert answer.status_code == 422
    assert len(set(hashes)) == 2
    assert len(gateway.publisher.published) == 1


async def test_many_posts_at_once_with_one_key_are_one_job(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(post(gateway, "key-1") for _ in range(50)))
    assert len(set(answers)) == 1
    assert len(gateway.publisher.published) == 1


async def test_a_refused_job_is_none_until_its_key_is_posted_again(gateway: Gateway) -> None:
    gateway.publisher.is_refusing = True
    refused = await gateway.client.post("/v1/jobs", json=BODY, headers={"idempotency-key": "k"})
    listed = await gateway.client.get("/v1/jobs")
    gateway.publisher.is_refusing = False
    status, job_id = await post(gateway, "k")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert listed.json()["jobs"] == []
    assert (status, [p[1].decode() for p in gateway.publisher.published]) == (202, [job_id])


async def test_a_key_stands_for_its_job_when_the_job_is_long_done(gateway: Gateway) -> None:
    _, job_id = await post(gateway, "key-1")
    [(topic, key, value, _)] = gateway.publisher.published
    await gateway.project(consumed(topic, value, key=key))
    assert await post(gateway, "key-1") == (202, job_id)
    assert len(gateway.publisher.published) == 1


async def test_a_job_that_no_topic_holds_any_more_is_published_again(gateway: Gateway) -> None:
    _, job_id = await post(gateway, "key-1")
    await gateway.projector.prepare("another cluster")
    assert (await gateway.client.get(f"/v1/jobs/{job_id}")).status_code == 404
    assert await post(gateway, "key-1") == (202, job_id)
    assert (await gateway.client.get(f"/v1/jobs/{job_id}")).json()["status"] == "pending"
    assert len(gateway.publisher.published) == 2


async def test_what_a_crash_has_cut_off_is_published_again(gateway: Gateway) -> None:
    record = StageRecord(job=job())
    value, fold = record.to_json(), fold_accepted(record)
    cut_off = Reservation(str(job().job_id), "k", "f", NOW, value, fold)
    await gateway.database.write(reserve, cut_off)
    await gateway.intake.recover()
    await gateway.intake.recover()
    assert [p[2] for p in gateway.publisher.published] == [value]
    assert (await gateway.client.get(f"/v1/jobs/{cut_off.job_id}")).status_code == 200


@pytest.mark.parametrize(
    ("content", "content_type", "status", "said"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"{}", "text/plain", 415, "text/plain"),
        (b"{}", "", 415, "missing"),
        (b'{"a":' * 21 + b"1" + b"}" * 21, "application/json", 422, "20 levels"),
        (b" " * (MAX_REQUEST_BYTES + 1), "application/json", 413, str(MAX_REQUEST_BYTES)),
        (b'{"tableId":"t"}', "application/json; charset=utf-8", 422, "/context"),
        (b'{"tableId":"t","context":"x","priority":1}', "application/json", 422, "/priority"),
    ],
)
async def test_what_is_refused_is_not_published(
    gateway: Gateway, content: bytes, content_type: str, status: int, said: str
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await gateway.client.post("/v1/jobs", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    assert gateway.publisher.published == []


async def post(gateway: Gateway, key: str) -> tuple[int, str]:
    answer = await gateway.client.post("/v1/jobs", json=BODY, headers={"idempotency-key": key})
    return answer.status_code, answer.json()["jobId"]


async def forget_keys(gateway: Gateway) -> None:
    """Lose what only the database knew, as `rm gateway.db` and a rebuild do."""
    await gateway.database.write(lambda connection: connection.execute(delete(RESERVATIONS)))


async def test_a_key_whose_job_the_topics_hold_is_that_job_whatever_the_database_lost(
    gateway: Gateway,
) -> None:
    first = await post(gateway, "key-1")
    [(topic, key, value, _)] = gateway.publisher.published
    await gateway.project(consumed(topic, value, key=key))
    await forget_keys(gateway)
    assert await post(gateway, "key-1") == first
    assert len(gateway.publisher.published) == 1


async def test_a_key_is_not_judged_before_the_topics_are_read(gateway: Gateway) -> None:
    gateway.projector._progress._goal = {("any", 0): 1}
    answer = await gateway.client.post("/v1/jobs", json=BODY, headers={"idempotency-key": "key-1"})
    assert (answer.status_code, answer.json()["type"]) == (
        503,
        "urn:brainshare:problem:catching-up",
    )
    assert answer.headers["retry-after"]
    assert gateway.publisher.published == []


async def test_without_a_key_a_job_is_accepted_while_the_tables_catch_up(gateway: Gateway) -> None:
    gateway.projector._progress._goal = {("any", 0): 1}
    assert (await gateway.client.post("/v1/jobs", json=BODY)).status_code == 202


@pytest.mark.parametrize("path", [f"/v1/jobs/{JOB_ID}", f"/v1/jobs/{JOB_ID}/events"])
async def test_nothing_is_said_not_to_exist_while_the_tables_catch_up(
    gateway: Gateway, path: str
) -> None:
    assert (await gateway.client.get(path)).status_code == 404
    gateway.projector._progress._goal = {("any", 0): 1}
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DatabaseUnavailableError("database is locked"), "the database is busy or away"),
        (FullDatabaseError("database is locked"), "the disk of the database is full"),
    ],
)
async def test_a_database_that_is_busy_is_a_503_that_says_when_to_come_back(
    error: DatabaseUnavailableError, told: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(gateway.database, "write", refuse)
    answer = await gateway.client.post("/v1/jobs", json=BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "urn:brainshare:problem:database-unavailable"
    assert "locked" not in answer.text
    assert answer.json()["detail"].startswith(told)


async def test_what_the_broker_has_acked_is_accepted_also_if_that_cannot_be_noted(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = gateway.database.write

    async def refuse_notes(work: Callable[..., object], *arguments: object) -> object:
        if work is set_state:
            raise DatabaseUnavailableError("database is locked")
        return await write(work, *arguments)

    monkeypatch.setattr(gateway.database, "write", refuse_notes)
    assert (await gateway.client.post("/v1/jobs", json=BODY)).status_code == 202
    assert len(gateway.publisher.published) == 1


async def test_a_key_of_the_release_before_stands_for_the_same_request(gateway: Gateway) -> None:
    """Before 0.1.0 the digest was over all defaults."""
    request = SuggestionRequest.model_validate(BODY)
    first = await post(gateway, "key-1")
    older = {"fingerprint": digest_in_full(request)}
    await gateway.database.write(lambda tables: tables.execute(update(RESERVATIONS), older))
    assert await post(gateway, "key-1") == first


def test_what_a_request_does_not_say_is_not_in_its_digest() -> None:
    said = {**BODY, "stages": ["table", "column", "row"], "deadlineS": DEFAULT_DEADLINE_S}
    digests = {digest_request(SuggestionRequest.model_validate(body)) for body in (BODY, said)}
    other = digest_request(SuggestionRequest.model_validate({**BODY, "deadlineS": 60}))
    assert len(digests) == 1
    assert other not in digests


@pytest.mark.parametrize(("key", "advice"), [(None, "look there"), ("key-1", "the same job")])
async def test_what_the_broker_did_not_ack_is_said_to_be_able_to_run(
    gateway: Gateway, key: str | None, advice: str
) -> None:
    gateway.publisher.is_refusing = True
    headers = {} if key is None else {"idempotency-key": key}
    answer = await gateway.client.post("/v1/jobs", json=BODY, headers=headers)
    detail = answer.json()["detail"]
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "may still run" in detail
    assert advice in detail
    assert answer.headers["location"] in detail


async def test_a_reservation_of_the_release_before_is_read_from_its_value(
    gateway: Gateway,
) -> None:
    """Before 0.1.0 it did not say what is known of its job."""
    path = (await gateway.client.post("/v1/jobs", json=BODY)).headers["location"]
    before = (await gateway.client.get(path)).json()
    older = {"fold": None}
    await gateway.database.write(lambda tables: tables.execute(update(RESERVATIONS), older))
    [listed] = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert (await gateway.client.get(path)).json() == before
    assert listed["title"] == before["title"]


async def reserve_cut_off(gateway: Gateway, count: int) -> None:
    for number in range(count):
        record = StageRecord(job=job(job_id(number)))
        told = (NOW, record.to_json(), fold_accepted(record))
        cut_off = Reservation(str(record.job.job_id), None, "f", *told)
        await gateway.database.write(reserve, cut_off)


async def test_many_that_a_crash_has_cut_off_are_published_a_page_at_a_time(
    gateway: Gateway,
) -> None:
    count = 2 * RECOVERED_AT_A_TIME + 1
    await reserve_cut_off(gateway, count)
    await gateway.intake.recover()
    assert len({key for _, key, _, _ in gateway.publisher.published}) == count
    assert gateway.publisher.most_at_a_time == RECOVERED_AT_A_TIME


async def test_a_recovery_waits_for_a_database_that_is_away(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reserve_cut_off(gateway, 1)
    read, is_away = gateway.database.read, iter([True, True, False])

    async def refuse_twice(*arguments: object) -> object:
        if next(is_away, False):
            raise DatabaseUnavailableError("database is locked")
        return await read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(patience, "RETRY_S", 0.01)
    monkeypatch.setattr(gateway.database, "read", refuse_twice)
    await gateway.intake.recover()
    assert len(gateway.publisher.published) == 1
