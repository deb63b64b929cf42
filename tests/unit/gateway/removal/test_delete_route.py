"""DELETE of a job takes all of it out of the tables, and says what Kafka holds until when."""

import pytest
from sqlalchemy import Connection, func, select

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.listing.table import JOB_MARKS
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    BODY,
    JOB_ID,
    TOPICS,
    dead_letter,
    request,
    started,
    success,
    whole_job,
)

JOB = f"/v1/jobs/{JOB_ID}"
TABLES = (JOBS, RESULTS, HISTORY, DEAD_LETTERS, JOB_MARKS)
FAILED = [request(), success(StageName.TABLE), dead_letter(StageName.COLUMN)]


@pytest.mark.parametrize("records", [whole_job(), FAILED])
async def test_nothing_of_it_is_left_in_the_tables(
    gateway: Gateway, records: list[ConsumedRecord]
) -> None:
    await gateway.project(*records)
    answer = await gateway.client.delete(JOB)
    assert (answer.status_code, answer.json()["jobId"]) == (200, str(JOB_ID))
    assert await gateway.database.read(_count) == 0
    told = await gateway.client.get(JOB)
    assert (told.status_code, "somebody has deleted it" in told.json()["detail"]) == (410, True)


async def test_the_answer_says_what_kafka_holds_and_until_when(gateway: Gateway) -> None:
    await gateway.project(*FAILED)
    remains = (await gateway.client.delete(JOB)).json()["remains"]
    until = "2026-01-03T03:04:05.678000Z"
    assert remains == [
        {"topic": topic, "records": 1, "until": until}
        for topic in (
            TOPICS.dead_letters(StageName.COLUMN),
            TOPICS.requests(StageName.TABLE),
            TOPICS.suggestions(StageName.TABLE),
        )
    ]


async def test_its_cancel_is_purged_from_the_compacted_topic(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await gateway.client.delete(JOB)
    assert gateway.publisher.published == [(TOPICS.control, str(JOB_ID).encode(), None, [])]


async def test_a_broker_that_is_away_keeps_nobody_from_it(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    gateway.publisher.is_refusing = True
    assert (await gateway.client.delete(JOB)).status_code == 200


async def test_it_is_an_act_with_its_reason(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    await gateway.client.delete(f"{JOB}?reason=a person has asked for it")
    [act] = (await gateway.client.get("/v1/acts")).json()["acts"]
    assert (act["deed"], act["on"]) == ("delete job", str(JOB_ID))
    assert (act["reason"], act["before"]) == ("a person has asked for it", {"status": "completed"})


async def test_what_has_not_ended_is_not_deleted(gateway: Gateway) -> None:
    await gateway.project(request(), started(StageName.TABLE))
    running = await gateway.client.delete(JOB)
    posted = await gateway.client.post("/v1/jobs", json=BODY)
    pending = await gateway.client.delete(posted.headers["Location"])
    assert (running.status_code, pending.status_code) == (409, 409)
    assert "cancel it" in running.json()["detail"]


async def test_deleting_twice_is_told(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    told = [(await gateway.client.delete(JOB)).status_code for _ in range(2)]
    assert told == [200, 410]


async def test_it_is_an_operator_s(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(*whole_job())
    told = [
        (await keyed_gateway.client.delete(JOB, headers=caller)).status_code
        for caller in (
            await make_caller(keyed_gateway.database, Role.SUBMIT, "default"),
            await make_caller(keyed_gateway.database, Role.OPERATE, "rival"),
            await make_caller(keyed_gateway.database, Role.OPERATE, "default"),
        )
    ]
    assert told == [403, 404, 200]


def _count(connection: Connection) -> int:
    counts = [select(func.count()).select_from(table) for table in TABLES]
    return sum(connection.execute(count).scalar_one() for count in counts)
