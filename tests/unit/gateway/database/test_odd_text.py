"""A text that holds what a server's texts cannot is taken by both stores, and fails no request."""

from typing import Any

import pytest

from schemas.stage import StageName
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, dead_letter, job, request

NUL = "a\0b"
ASKED: list[tuple[str, str, Any, int]] = [
    ("GET", "/v1/jobs/a%00b", None, 404),
    ("GET", "/v1/jobs/a%00b/events", None, 404),
    ("DELETE", "/v1/jobs/a%00b?reason=%00", None, 404),
    ("POST", "/v1/jobs/a%00b/cancel", {"reason": NUL}, 404),
    ("POST", f"/v1/jobs/{JOB_ID}/cancel", {"reason": NUL}, 202),
    ("GET", "/v1/jobs?title=a%00b", None, 200),
    ("GET", "/v1/dead-letters?kind=a%00b", None, 422),
    ("GET", "/v1/dead-letters?fingerprint=a%00b", None, 422),
    ("GET", "/v1/dead-letters/a%00b", None, 404),
    ("GET", "/v1/bulk-actions/a%00b", None, 404),
    ("GET", "/v1/replays/a%00b", None, 404),
    ("GET", "/v1/webhooks/a%00b", None, 404),
    ("GET", "/v1/webhooks/a%00b/deliveries/a%00b", None, 404),
    ("POST", "/v1/keys/a%00b/revoke", None, 404),
    ("GET", "/v1/errors/a%00b", None, 422),
    ("POST", "/v1/jobs", BODY | {"idempotencyKey": NUL}, 202),
    ("POST", "/v1/keys", {"name": NUL}, 201),
    ("POST", "/v1/webhooks", {"url": "https://app.example", "description": NUL}, 201),
    ("POST", "/v1/bulk-actions", {"action": "cancel", "filter": {}, "reason": NUL}, 202),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), ASKED)
async def test_no_request_fails_for_it(
    gateway: Gateway, method: str, path: str, body: Any, status: int
) -> None:
    await gateway.project(request())
    answer = await gateway.client.request(method, path, json=body)
    assert answer.status_code == status, answer.text


async def test_a_job_whose_error_holds_it_has_failed_all_the_same(gateway: Gateway) -> None:
    letter = dead_letter(StageName.TABLE, error_message=NUL, error_code="x\0")
    await gateway.project(request(), letter)
    job = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    assert (job["status"], job["error"]["message"]) == ("failed", NUL)
    [shown] = (await gateway.client.get("/v1/dead-letters")).json()["deadLetters"]
    assert shown["jobId"] == str(JOB_ID)


async def test_a_record_of_somebody_else_s_is_a_job_however_long_its_texts_are(
    gateway: Gateway,
) -> None:
    long = {"tags": ("t" * 5_000, NUL), "table_id": "x" * 5_000}
    await gateway.project(request(of=job().model_copy(update=long)))
    shown = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    assert (shown["status"], shown["tableId"]) == ("pending", "x" * 5_000)
