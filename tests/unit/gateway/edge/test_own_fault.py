"""A fault of our own is told as a problem, too, and nothing of what went wrong is in it."""

import httpx2
import pytest

from services.gateway.job.renderer import Renderer
from services.gateway.job.rendering import Rendering
from services.gateway.job.store import StoredJob
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, request

JOB = f"/v1/jobs/{JOB_ID}"


async def fail(_: Renderer, job: StoredJob) -> Rendering:
    raise RuntimeError(f"s3cret of {job.job_id}")


async def test_it_is_a_problem_with_the_id_that_finds_it_in_the_log(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.project(request())
    monkeypatch.setattr(Renderer, "show", fail)
    transport = httpx2.ASGITransport(app=gateway.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(JOB)
    told = answer.json()
    assert (answer.status_code, told["status"]) == (500, 500)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"].endswith("internal-error")
    assert told["requestId"] == answer.headers["x-request-id"] != ""
    assert "s3cret" not in answer.text
