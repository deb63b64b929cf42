"""A rerun that cannot be: the answer says why, and names the field that is wrong."""

from typing import Any

import pytest

from schemas.kafka.event import EventKind
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    GARBAGE,
    JOB_ID,
    TOPICS,
    dead_letter,
    event,
    job,
    request,
    started,
    success,
    whole_job,
)
from tests.unit.gateway.rerun.past import Asker

TABLE, COLUMN, ROW = StageName
WHOLE = {"title": "Planets", "columns": [{"name": "Name"}], "rows": [{"cells": ["Mars"]}]}
OPEN = ("job-has-not-ended", [request(), success(TABLE), started(COLUMN)])
FAILED = [request(), success(TABLE), dead_letter(COLUMN)]
CANCELLED = [request(), event(EventKind.CANCELLED, TABLE)]
NO_INPUT = "stage-has-no-input"
REFUSED = [
    ("row", *OPEN),
    ("column", *OPEN),
    ("row", NO_INPUT, FAILED),
    ("column", NO_INPUT, CANCELLED),
]


@pytest.mark.parametrize(("stage", "kind", "records"), REFUSED)
async def test_what_cannot_be_run_again_is_a_conflict_that_says_why(
    gateway: Gateway, stage: str, kind: str, records: list[ConsumedRecord]
) -> None:
    await gateway.project(*records)
    answer = await Asker(gateway).ask(stage)
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (409, kind)
    assert not gateway.publisher.published


@pytest.mark.parametrize(("records", "stage"), [(FAILED, "column"), (CANCELLED, "table")])
async def test_what_has_failed_or_was_cancelled_is_run_again_from_where_it_stood(
    gateway: Gateway, records: list[ConsumedRecord], stage: str
) -> None:
    """Of what no stage has answered the tables have no record; Kafka has."""
    await gateway.project(*records)
    asker = Asker(gateway)
    assert (await asker.ask(stage)).status_code == 202
    assert asker.topics == [TOPICS.requests(StageName(stage))]


async def test_a_request_that_kafka_has_no_more_is_named(gateway: Gateway) -> None:
    await gateway.project(*CANCELLED)
    gateway.reader.records = [r for r in gateway.reader.records if r.topic == TOPICS.events]
    answer = await Asker(gateway).ask("table")
    assert (answer.status_code, "nothing is kept" in answer.json()["detail"]) == (409, True)


async def test_what_nobody_can_read_is_no_request(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE, value=GARBAGE))
    answer = await Asker(gateway).ask("table")
    assert answer.json()["type"].rsplit(":")[-1] == NO_INPUT


WRONG = [
    ({}, "/fromStage"),
    ({"fromStage": "rows"}, "/fromStage"),
    ({"fromStage": "column", "context": {"title": 5}}, "/context/title"),
    ({"fromStage": "column", "context": {"title": ""}}, "/context/title"),
    ({"fromStage": "column", "context": ""}, "/context"),
    ({"fromStage": "column", "want": {"columns": 11}}, "/want/columns"),
    ({"fromStage": "column", "want": {"columns": 0}}, "/want/rows"),
    ({"fromStage": "column", "tags": ["a", "a"]}, "/tags"),
    ({"fromStage": "column", "model": "gpt"}, "/model"),
    ({"fromStage": "row", "context": WHOLE}, "/context/columns"),
    ({"fromStage": "table", "webhook": {"url": "ftp://x"}}, "/webhook/url"),
]


@pytest.mark.parametrize(("body", "pointer"), WRONG)
async def test_the_field_that_is_wrong_is_named(
    gateway: Gateway, body: dict[str, Any], pointer: str
) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.post(f"/v1/jobs/{JOB_ID}/reruns", json=body)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {pointer}
    assert not gateway.publisher.published


async def test_a_stage_that_the_job_does_not_ask_for_is_named(gateway: Gateway) -> None:
    only = job(stages=(TABLE, COLUMN))
    await gateway.project(request(of=only), success(TABLE, of=only), success(COLUMN, of=only))
    answer = await Asker(gateway).ask("row")
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/fromStage")
    assert error["message"] == "the job has no row stage: it asks for table, column"
