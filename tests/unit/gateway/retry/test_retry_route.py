"""POST /v1/jobs/{id}/retry puts back what a job failed with, once, and says why it does not."""

from typing import Any

import pytest

from schemas.api.key import Role
from schemas.kafka.event import EventKind
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    NOW_MS,
    TOPICS,
    dead_letter,
    event,
    request,
    started,
    success,
    whole_job,
)

TABLE, COLUMN = StageName.TABLE, StageName.COLUMN
RETRY = f"/v1/jobs/{JOB_ID}/retry"
FAILED = [request(), success(TABLE), dead_letter(COLUMN, attempt=2)]


async def test_a_failed_job_runs_again_from_the_stage_that_gave_up(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    answer = await gateway.client.post(RETRY, json={"reason": "the provider is back"})
    [(topic, key, _, headers)] = gateway.publisher.published
    assert (answer.status_code, answer.json()["status"]) == (202, "failed")
    assert (topic, key) == (TOPICS.requests(COLUMN), str(JOB_ID).encode())
    await gateway.project(ConsumedRecord(topic, 0, 0, NOW_MS, key, FAILED[0].value, headers))
    assert (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()["status"] == "running"
    [act] = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert (act["deed"], act["reason"]) == ("redrive dead letter", "the provider is back")


async def test_asking_twice_is_asking_once(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    answers = [await gateway.client.post(RETRY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len(gateway.publisher.published) == 1


async def test_what_the_broker_did_not_take_is_still_failed(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    gateway.publisher.is_refusing = True
    refused = await gateway.client.post(RETRY)
    gateway.publisher.is_refusing = False
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert (await gateway.client.post(RETRY)).status_code == 202


async def test_who_may_submit_may_retry_its_own(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(*FAILED)
    told = [
        (await keyed_gateway.client.post(RETRY, headers=caller)).status_code
        for caller in (
            await make_caller(keyed_gateway.database, Role.READ, "default"),
            await make_caller(keyed_gateway.database, Role.SUBMIT, "rival"),
            await make_caller(keyed_gateway.database, Role.SUBMIT, "default"),
        )
    ]
    assert told == [403, 404, 202]


REFUSED: list[tuple[list[ConsumedRecord], str]] = [
    ([request()], "job-not-retried"),
    (whole_job(), "job-not-retried"),
    ([request(), dead_letter(TABLE, error_kind=ErrorKind.LOST)], "dead-letter-refused"),
    ([*FAILED, event(EventKind.CANCELLED, TABLE)], "dead-letter-refused"),
]


@pytest.mark.parametrize(("records", "slug"), REFUSED)
async def test_what_cannot_run_again_is_refused_with_the_reason(
    gateway: Gateway, records: list[ConsumedRecord], slug: str
) -> None:
    await gateway.project(*records)
    answer = await gateway.client.post(RETRY)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, slug)
    assert not gateway.publisher.published


async def test_a_job_whose_letter_was_put_aside_is_not_retried(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    put_aside = "/v1/dead-letters/column-0-0/discard"
    assert (await gateway.client.post(put_aside, json={"reason": "x"})).status_code == 200
    answer = await gateway.client.post(RETRY)
    assert (answer.status_code, gateway.publisher.published) == (409, [])
    assert "put aside" in answer.json()["detail"]


async def test_a_job_that_is_not_there_is_404(gateway: Gateway) -> None:
    assert (await gateway.client.post("/v1/jobs/nothing/retry")).status_code == 404


async def test_the_error_of_a_failed_job_names_its_dead_letter(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    job = await read(gateway)
    letter = await gateway.client.get(f"/v1/dead-letters/{job['error']['deadLetterId']}")
    assert (letter.status_code, letter.json()["jobId"]) == (200, str(JOB_ID))
    await gateway.project(request(1, redrive=1), dead_letter(COLUMN, 3, redrive=1))
    assert (await read(gateway))["error"]["deadLetterId"] == "column-0-3"


async def test_the_time_of_a_stage_that_was_put_back_counts_from_then(gateway: Gateway) -> None:
    await gateway.project(request(), started(TABLE, 1), dead_letter(TABLE, 2))
    before = (await read(gateway))["stages"][0]
    await gateway.project(request(3, redrive=1))
    waiting = (await read(gateway))["stages"][0]
    await gateway.project(started(TABLE, 9_000, redrive=1))
    after = (await read(gateway))["stages"][0]
    assert before["startedAt"].endswith(":05.679000Z")
    assert waiting["startedAt"] is None
    assert after["startedAt"].endswith(":14.678000Z")


async def read(gateway: Gateway) -> dict[str, Any]:
    answer: dict[str, Any] = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    return answer
