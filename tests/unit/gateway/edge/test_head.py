"""HEAD and OPTIONS say what GET and the other methods would."""

import asyncio

import pytest

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, request, whole_job

JOB = f"/v1/jobs/{JOB_ID}"
STREAM = {"accept": "text/event-stream"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/jobs", JOB, "/openapi.json"])
async def test_head_is_get_without_a_body(gateway: Gateway, path: str) -> None:
    await gateway.project(*whole_job())
    head = await gateway.client.head(path)
    get = await gateway.client.get(path)
    told = ("content-type", "content-length", "etag", "cache-control")
    assert (head.status_code, head.content) == (200, b"")
    assert {n: head.headers.get(n) for n in told} == {n: get.headers.get(n) for n in told}


async def test_head_of_a_live_stream_ends(gateway: Gateway) -> None:
    await gateway.project(request())
    async with asyncio.timeout(5):
        answer = await gateway.client.head(f"{JOB}/events", headers=STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert gateway.notifier.watchers == 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/jobs", "GET, POST, HEAD"),
        ("OPTIONS", "/v1/jobs", "GET, POST, HEAD"),
        ("OPTIONS", "/v1/dead-letters/redrive", "POST"),
        ("PUT", "/v1/jobs/batch", "POST"),
        ("GET", f"{JOB}/cancel", "POST"),
        ("HEAD", f"{JOB}/cancel", "POST"),
        ("DELETE", "/healthz", "GET, HEAD"),
        ("GET", "/v1/jobs/batch", "POST"),
        ("HEAD", "/v1/jobs/batch", "POST"),
        ("DELETE", "/v1/jobs/batch", "POST"),
        ("GET", "/v1/dead-letters/redrive", "POST"),
    ],
)
async def test_allow_names_all_that_a_path_can_be_asked_by(
    gateway: Gateway, method: str, path: str, allowed: str
) -> None:
    answer = await gateway.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_what_a_named_path_does_not_find_is_no_refusal_of_its_method(
    gateway: Gateway,
) -> None:
    answer = await gateway.client.post("/v1/stream-tokens", json={"jobId": str(JOB_ID)})
    assert (answer.status_code, answer.json()["title"]) == (404, "No such job")
