"""A request goes through three agents on a real broker and comes back as suggestions."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from schemas.api.result import Completeness
from schemas.api.status import JobState, JobStatus, StageState
from schemas.job.record import Engine
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.pipeline.demo_server import DemoServer
from tests.stack import ROOT, RunningStack

EXAMPLES = sorted((ROOT / "tests" / "examples").glob("*.json"))
PLANETS = (ROOT / "tests" / "examples" / "new-planets.json").read_bytes()


def run(gateway: CommandClient, body: bytes) -> JobStatus:
    job = gateway.jobs.post(body)
    *_, last = follow(gateway, str(job.job_id))
    return gateway.jobs.get(str(last.job_id))


def test_a_new_table_gets_a_table_columns_and_rows(gateway: CommandClient) -> None:
    job = run(gateway, PLANETS)
    assert (job.status, job.progress) == (JobState.COMPLETED, 1.0)
    assert job.result is not None
    assert job.result.table is not None
    assert job.result.table.primary is not None
    assert job.result.columns[0].name == job.result.table.primary.name
    assert (len(job.result.columns), len(job.result.rows)) == (5, 5)
    assert all(len(row.cells) == 5 for row in job.result.rows)


def test_a_job_says_what_each_stage_did(gateway: CommandClient) -> None:
    job = run(gateway, PLANETS)
    assert [stage.state for stage in job.stages] == [StageState.COMPLETED] * 3
    assert [stage.attempts for stage in job.stages] == [1, 1, 1]
    for stage in job.stages:
        assert stage.provenance is not None
        assert stage.provenance.model == "demo-table-1"
        assert stage.provenance.engine is Engine.DEMO
    assert job.started_at is not None
    assert job.completed_at is not None
    assert job.accepted_at <= job.completed_at


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_ends_completed(gateway: CommandClient, path: Path) -> None:
    asked: dict[str, Any] = json.loads(path.read_bytes())
    job = run(gateway, path.read_bytes())
    assert job.error is None
    assert job.status is JobState.COMPLETED
    assert job.result is not None
    assert job.result.status is Completeness.COMPLETE
    new = [column for column in job.result.columns if column.is_suggested]
    assert len(new) == asked.get("want", {}).get("columns", 5)


def test_a_job_of_one_stage_calls_the_model_once(gateway: CommandClient, demo: DemoServer) -> None:
    before = demo.calls_begun
    job = run(gateway, (ROOT / "tests" / "examples" / "new-only-columns.json").read_bytes())
    assert demo.calls_begun - before == 1
    assert [stage.state for stage in job.stages] == [
        StageState.NOT_ASKED,
        StageState.COMPLETED,
        StageState.NOT_ASKED,
    ]


def test_run_again_from_a_stage_it_calls_that_only(
    gateway: CommandClient, demo: DemoServer
) -> None:
    source = run(gateway, PLANETS)
    called = demo.calls_begun
    body = b'{"fromStage": "row", "want": {"rows": 2}}'
    made = str(gateway.jobs.post_rerun(str(source.job_id), body, "once").job_id)
    assert str(gateway.jobs.post_rerun(str(source.job_id), body, "once").job_id) == made
    assert [*follow(gateway, made)][-1].status is JobState.COMPLETED
    job = gateway.jobs.get(made)
    row = job.stages[-1].provenance
    assert row is not None
    assert row.calls == demo.calls_begun - called
    assert job.replay is not None
    assert (job.replay.source_job_id, job.replay.is_shadow) == (source.job_id, False)
    assert job.result is not None
    assert source.result is not None
    assert (job.result.columns, len(job.result.rows)) == (source.result.columns, 2)
    assert gateway.jobs.get(str(source.job_id)) == source


def test_hostile_cells_do_not_get_into_a_result(gateway: CommandClient) -> None:
    job = run(gateway, (ROOT / "tests" / "examples" / "hostile-cells.json").read_bytes())
    assert job.result is not None
    proposed = job.result.model_dump_json(include={"rows", "table"})
    assert not any(word in proposed for word in ("PWNED", "attacker", "<script", "HYPERLINK"))


def test_a_new_job_can_be_read_at_once(stack: RunningStack) -> None:
    with httpx2.Client(base_url=stack.gateway_url, trust_env=False) as http:
        for _ in range(20):
            headers = {"Content-Type": "application/json"}
            answer = http.post("/v1/jobs", content=PLANETS, headers=headers)
            assert answer.status_code == 202
            assert http.get(answer.headers["Location"]).status_code == 200
            newest = http.get("/v1/jobs", params={"limit": 1}).json()["jobs"][0]
            assert newest["jobId"] == answer.json()["jobId"]


def test_the_list_is_newest_first_and_pages_without_gaps(gateway: CommandClient) -> None:
    posted = [gateway.jobs.post(PLANETS).job_id for _ in range(5)]
    listed: list[UUID] = []
    cursor: str | None = None
    while len(listed) < 5:
        page = gateway.jobs.page(limit=2, cursor=cursor)
        listed += [job.job_id for job in page.jobs]
        cursor = page.next
    assert listed[:5] == posted[::-1]


def test_the_list_can_be_filtered_by_status(gateway: CommandClient) -> None:
    run(gateway, PLANETS)
    completed, failed = (gateway.jobs.page(status=of).jobs for of in ("completed", "failed"))
    assert {job.status for job in completed} == {JobState.COMPLETED}
    assert {job.status for job in failed} <= {JobState.FAILED}


def test_one_idempotency_key_is_one_job(stack: RunningStack) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "the-same"}
    with httpx2.Client(base_url=stack.gateway_url, trust_env=False) as http:
        first, second = (http.post("/v1/jobs", content=PLANETS, headers=headers) for _ in range(2))
        other = http.post(
            "/v1/jobs", content=PLANETS.replace(b"tbl_planets", b"tbl_other"), headers=headers
        )
    assert (first.status_code, second.status_code, other.status_code) == (202, 202, 422)
    assert first.json()["jobId"] == second.json()["jobId"]


def test_the_history_holds_every_fact_in_order(gateway: CommandClient) -> None:
    job = run(gateway, PLANETS)
    events = [*gateway.jobs.history(str(job.job_id))]
    assert [event.kind for event in events].count("succeeded") == 3
    assert [event.kind for event in events].count("started") == 3
    assert events[0].kind == "accepted"
    places = [(event.topic, event.partition, event.offset) for event in events]
    assert len(places) == len(set(places))
