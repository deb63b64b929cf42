"""GET /v1/jobs/{id}/file: all of a job, always the same bytes, and no secret."""

import json
from typing import Any

from schemas.api.job.file import JobFile
from schemas.job.job import Job
from schemas.job.record import StageRecord
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from schemas.table.context import TableContext
from services.gateway.projection.store import begin_projection
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    answered,
    dead_letter,
    job,
    request,
    success,
    whole_job,
)
from tests.unit.gateway.job_file.planted import BODY, SECRETS, plant

PATH = f"/v1/jobs/{JOB_ID}/file"
TABLE, COLUMN, ROW = StageName


async def read(gateway: Gateway) -> Any:
    return (await gateway.client.get(PATH)).json()


async def test_it_has_what_the_gateway_shows_and_the_record(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    file = await read(gateway)
    status = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    history = (await gateway.client.get(f"/v1/jobs/{JOB_ID}/events")).json()["events"]
    assert (file["format"], file["job"], file["isWhole"]) == ("brainshare-job/1", status, True)
    assert [one["sequence"] for one in file["history"]] == [*range(1, len(history) + 1)]
    assert sorted(map(leave_out, file["history"])) == sorted(map(leave_out, history))
    assert StageRecord.model_validate(file["record"]) == answered(ROW)
    assert file["redacted"] == []
    assert JobFile.model_validate(file).job.result is not None


def leave_out(fact: dict[str, Any]) -> str:
    """A fact without what tells of one gateway only."""
    own = ("id", "jobId", "sequence")
    return json.dumps({name: value for name, value in fact.items() if name not in own})


async def test_it_is_the_same_each_time_and_from_tables_that_were_filled_anew(
    gateway: Gateway,
) -> None:
    records = whole_job()
    await gateway.project(*records)
    first, second = [(await gateway.client.get(PATH)).content for _ in range(2)]
    await gateway.database.write(begin_projection, "another")
    gateway.reader.records, gateway.reader.positions = [], {}
    await gateway.projector.prepare("another")
    for record in records:
        await gateway.project(record)
    assert first == second == (await gateway.client.get(PATH)).content


async def test_of_a_job_without_an_answer_it_has_the_request(gateway: Gateway) -> None:
    await gateway.project(request(), dead_letter(TABLE))
    file = await read(gateway)
    assert (file["job"]["status"], file["job"]["result"]) == ("failed", None)
    assert file["record"]["job"]["context"]["title"] == "Planets"


async def test_what_is_kept_nowhere_is_not_in_it(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    assert (await read(gateway))["record"] is None


def planted_job(texts: list[str]) -> Job:
    """A job with secrets wherever a person can write."""
    context = {
        "title": texts[0],
        "description": "\n".join(texts),
        "columns": [{"name": text, "id": f"c{n}"} for n, text in enumerate(texts)],
        "rows": [{"cells": texts}],
    }
    told = {"context": TableContext.model_validate(context), "tags": tuple(texts)}
    return job().model_copy(update=told)


async def test_a_planted_secret_is_in_none_of_it(gateway: Gateway) -> None:
    planted = [plant(name) for name in SECRETS]
    texts = [text for _, text in planted]
    of = planted_job(texts)
    letter: dict[str, Any] = {"error_kind": ErrorKind.PROVIDER, "error_code": texts[0]}
    failed = dead_letter(COLUMN, error_message=" ".join(texts), **letter)
    await gateway.project(request(of=of), success(TABLE, of=of), failed)
    answer = await gateway.client.get(PATH)
    assert planted[0][0] in (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).text
    left = [secret for secret, _ in planted if json.dumps(secret)[1:-1] in answer.text]
    assert (left, BODY in answer.text) == ([], False)
    places = {"/job/title", "/job/error/message", "/job/error/code", "/record/job/tags/0"}
    cells = {f"/record/job/context/rows/0/cells/{n}" for n in range(len(texts))}
    assert places | cells <= {*answer.json()["redacted"]}
