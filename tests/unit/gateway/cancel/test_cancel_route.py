"""Whoever cancels a job is answered with what was asked for, not with the job as it was."""

import pytest

from schemas.kafka.headers import decode_headers
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, consumed, request, started, success

JOB = f"/v1/jobs/{JOB_ID}"
TABLE = StageName.TABLE
BEFORE: dict[str, tuple[str, list[ConsumedRecord]]] = {
    "pending": ("pending", [request()]),
    "running": ("running", [request(), started(TABLE)]),
    "with an answer": ("running", [request(), started(TABLE), success(TABLE)]),
}


@pytest.mark.parametrize(("state", "records"), BEFORE.values(), ids=BEFORE)
async def test_the_answer_says_that_it_is_asked_for(
    state: str, records: list[ConsumedRecord], gateway: Gateway
) -> None:
    await gateway.project(*records)
    before = (await gateway.client.get(JOB)).json()
    answer = await gateway.client.post(f"{JOB}/cancel")
    told = answer.json()
    assert (answer.status_code, before["status"], told["status"]) == (202, state, "cancelling")
    assert told["cancel"] | {"askedAt": None} == {
        "askedAt": None,
        "heardAt": None,
        "closedAt": None,
        "callsNotMade": [],
    }
    assert told["cancel"]["askedAt"] is not None
    changed = {"status", "cancel"}
    assert {n: v for n, v in told.items() if n not in changed} == {
        n: v for n, v in before.items() if n not in changed
    }


async def test_what_others_read_is_what_the_tables_say(gateway: Gateway) -> None:
    await gateway.project(request(), started(TABLE), success(TABLE))
    await gateway.client.post(f"{JOB}/cancel")
    read = await gateway.client.get(JOB)
    assert (read.json()["status"], read.json()["cancel"]) == ("running", None)
    topic, key, value, headers = gateway.publisher.published[-1]
    await gateway.project(consumed(topic, value, 7, key, decode_headers(headers)))
    after = await gateway.client.get(JOB, headers={"If-None-Match": read.headers["etag"]})
    assert (after.status_code, after.json()["status"]) == (200, "cancelling")


async def test_a_job_that_is_only_just_accepted_is_cancelling_at_once(gateway: Gateway) -> None:
    accepted = await gateway.client.post("/v1/jobs", json=BODY)
    told = (await gateway.client.post(f"{accepted.headers['location']}/cancel")).json()
    assert (told["status"], told["jobId"]) == ("cancelling", accepted.json()["jobId"])
