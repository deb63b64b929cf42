"""GET of jobs, lists and histories, and the error pages."""

from datetime import datetime
from typing import Any

import pytest

from schemas.stage import StageName
from services.gateway.status.state import to_datetime
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    NOW_MS,
    dead_letter,
    job,
    job_id,
    request,
    retry,
    started,
    success,
    whole_job,
)

PATH = f"/v1/jobs/{JOB_ID}"


async def test_a_completed_job_has_its_result(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    shown = (await gateway.client.get(PATH)).json()
    assert (shown["status"], shown["progress"], shown["version"]) == ("completed", 1.0, 7)
    assert [stage["state"] for stage in shown["stages"]] == ["completed"] * 3
    assert shown["result"]["status"] == "complete"
    assert shown["result"]["rows"] == [{"cells": {"s1": "95"}}]


async def test_a_job_under_way_has_what_there_is_so_far(gateway: Gateway) -> None:
    await gateway.project(request(), success(StageName.TABLE), started(StageName.COLUMN))
    answer = await gateway.client.get(PATH)
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["status"] == "running"
    assert answer.json()["result"]["status"] == "partial"


async def test_the_first_of_two_answers_is_the_result(gateway: Gateway) -> None:
    other = job(JOB_ID).model_copy(update={"table_id": "another"})
    await gateway.project(success(StageName.TABLE, 1))
    await gateway.project(success(StageName.TABLE, 2, other))
    assert (await gateway.client.get(PATH)).json()["result"]["tableId"] == "tbl_1"


async def test_a_failed_job_says_why(gateway: Gateway) -> None:
    await gateway.project(request(), dead_letter(StageName.TABLE, attempt=2))
    shown = (await gateway.client.get(PATH)).json()
    assert shown["status"] == "failed"
    assert shown["error"] == {
        "stage": "table",
        "kind": "refused",
        "code": None,
        "message": "no",
        "isRetryable": False,
        "deadLetterId": "table-0-0",
    }


async def test_a_job_that_waits_for_a_retry_says_why_and_until_when(gateway: Gateway) -> None:
    await gateway.project(request(), started(StageName.TABLE), retry(StageName.TABLE))
    shown = (await gateway.client.get(PATH)).json()
    table = shown["stages"][0]
    assert (shown["status"], shown["error"]) == ("running", None)
    assert (table["state"], table["attempts"]) == ("waiting for retry", 1)
    assert datetime.fromisoformat(table["retryAt"]) == to_datetime(NOW_MS + 5_000)
    assert (table["error"]["code"], table["error"]["isRetryable"]) == ("429", True)


RETRY, PARKED = {"attempt": 2}, {"attempt": 1, "parked": 1}


@pytest.mark.parametrize("waits", [RETRY, PARKED], ids=["failed", "parked"])
async def test_no_time_is_told_of_what_is_back_before_its_stage_until_it_waits_again(
    waits: dict[str, Any], gateway: Gateway
) -> None:
    """A parked stage takes nothing for long after: only its agent knows when it will."""
    again = waits | {"parked": waits.get("parked", 0) + 1, "not_before_ms": NOW_MS + 9_000}
    back = request(1, **waits, not_before_ms=NOW_MS + 5_000)
    told = []
    for record in (
        retry(StageName.TABLE, **waits),
        back,
        retry(StageName.TABLE, offset=1, **again),
    ):
        await gateway.project(record)
        table = (await gateway.client.get(PATH)).json()["stages"][0]
        told.append((table["state"], table["retryAt"]))
    due, later = (to_datetime(NOW_MS + ms).isoformat() for ms in (5_000, 9_000))
    waiting = "waiting for retry"
    assert [(state, at and datetime.fromisoformat(at).isoformat()) for state, at in told] == [
        (waiting, due),
        (waiting, None),
        (waiting, later),
    ]


async def test_a_begun_retry_shows_no_due_time(gateway: Gateway) -> None:
    await gateway.project(retry(StageName.TABLE), started(StageName.TABLE, attempt=2))
    table = (await gateway.client.get(PATH)).json()["stages"][0]
    assert (table["state"], table["attempts"]) == ("running", 2)
    assert (table["retryAt"], table["error"]) == (None, None)


async def test_garbage_that_names_a_job_fails_it(gateway: Gateway) -> None:
    await gateway.project(dead_letter(StageName.TABLE, value=b"\xff"))
    shown = (await gateway.client.get(PATH)).json()
    assert (shown["status"], shown["tableId"]) == ("failed", "")


async def test_a_client_that_has_the_latest_version_is_not_sent_it_again(gateway: Gateway) -> None:
    await gateway.project(request())
    first = await gateway.client.get(PATH)
    same = await gateway.client.get(PATH, headers={"if-none-match": first.headers["etag"]})
    await gateway.project(started(StageName.TABLE))
    changed = await gateway.client.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content, changed.status_code) == (304, b"", 200)
    assert same.headers["etag"] == first.headers["etag"] != changed.headers["etag"]


async def test_pages_show_each_job_once_newest_first(gateway: Gateway) -> None:
    jobs = [job(job_id(number)) for number in range(5)]
    await gateway.project(*(request(at, of) for at, of in enumerate(jobs)))
    seen, path = [], "/v1/jobs?limit=2"
    while path:
        page = (await gateway.client.get(path)).json()
        seen += [found["jobId"] for found in page["jobs"]]
        path = page["next"] and f"/v1/jobs?limit=2&cursor={page['next']}"
    assert seen == sorted((str(of.job_id) for of in jobs), reverse=True)


async def test_a_list_can_be_of_one_status(gateway: Gateway) -> None:
    other = job(job_id(1))
    await gateway.project(*whole_job(), request(1, other))
    done = (await gateway.client.get("/v1/jobs?status=completed")).json()["jobs"]
    pending = (await gateway.client.get("/v1/jobs?status=pending")).json()["jobs"]
    assert [found["jobId"] for found in done] == [str(JOB_ID)]
    assert [found["jobId"] for found in pending] == [str(other.job_id)]


async def test_the_history_is_in_the_order_of_time(gateway: Gateway) -> None:
    await gateway.project(*reversed(whole_job()))
    page = (await gateway.client.get(f"{PATH}/events")).json()
    moments = [item["at"] for item in page["events"]]
    assert (len(moments), page["events"][0]["kind"]) == (7, "accepted")
    assert moments == sorted(moments)
    after = page["events"][-1]["id"]
    rest = (await gateway.client.get(f"{PATH}/events?after={after}")).json()
    assert rest["events"] == []


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/v1/jobs/nope", 404, "nope"),
        ("GET", "/v1/jobs/nope/events", 404, "nope"),
        ("GET", "/v1/jobs/nope/events?stream=true", 404, "nope"),
        ("GET", "/v1/jobs?limit=0", 422, "limit"),
        ("GET", "/v1/jobs?limit=201", 422, "limit"),
        ("GET", "/v1/jobs?status=done", 422, "status"),
        ("GET", "/v1/jobs?cursor=x", 422, "cursor"),
        ("GET", f"{PATH}/events?after=x", 422, "after"),
        ("GET", "/nothing", 404, "/nothing"),
        ("GET", "/v1/jobs/", 404, "no path has a / at its end"),
        ("POST", "/v1/jobs/", 404, "no path has a / at its end"),
        ("DELETE", "/v1/jobs", 405, "DELETE"),
    ],
)
async def test_errors_are_problems(
    gateway: Gateway, method: str, path: str, status: int, said: str
) -> None:
    answer = await gateway.client.request(method, path, headers={"x-request-id": "abc-1"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (status, "abc-1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


async def test_readiness_waits_for_what_the_topics_held(gateway: Gateway) -> None:
    gateway.reader.records += [request(0), request(1)]
    await gateway.projector.prepare("cluster")
    before = await gateway.client.get("/readyz")
    await gateway.projector.step()
    assert (before.status_code, before.json()["projectorLag"]) == (503, 2)
    assert (await gateway.client.get("/readyz")).json()["caughtUp"] is True


async def test_metrics_tell_the_open_jobs(gateway: Gateway) -> None:
    await gateway.project(request())
    text = (await gateway.client.get("/metrics")).text
    assert 'brainshare_jobs_in_flight{state="pending"} 1.0' in text


async def test_the_document_names_problems_and_the_body(gateway: Gateway) -> None:
    document = (await gateway.client.get("/openapi.json")).json()
    post = document["paths"]["/v1/jobs"]["post"]
    assert document["openapi"].startswith("3.1")
    assert "application/problem+json" in post["responses"]["422"]["content"]
    assert "SuggestionRequest" in document["components"]["schemas"]
    there = {f"#/components/{kind}/{n}" for kind, of in document["components"].items() for n in of}
    assert set(_references(document)) <= there


def _references(node: object) -> list[str]:
    if isinstance(node, list):
        return [ref for item in node for ref in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [ref for item in node.values() for ref in _references(item)]
