"""Bodies are read within limits, and what is beyond them is refused with a reason."""

import asyncio
import json

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError
from services.gateway.compute.compute import LARGE_BYTES, Compute
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY

LARGE = b"x" * LARGE_BYTES
HEADERS = [(b"content-type", b"application/json")]


def make_request(*parts: bytes, is_whole: bool = True) -> Request:
    """A request whose body comes in parts; if it is not whole, the next one never comes."""
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    if is_whole:
        messages.append({"type": "http.request", "body": b""})

    async def receive() -> Message:
        return messages.pop(0) if messages else await asyncio.Future()

    return Request({"type": "http", "headers": HEADERS}, receive)


async def read(bodies: BodyReader, request: Request) -> int:
    async with bodies.read(request, len) as size:
        return size


async def test_a_client_that_sends_too_slowly_is_refused(compute: Compute) -> None:
    bodies = BodyReader(compute, timeout_s=0.05, most_large=1)
    with pytest.raises(ProblemError) as refused:
        await read(bodies, make_request(LARGE, is_whole=False))
    assert (refused.value.status, refused.value.slug) == (408, "body-too-slow")
    assert await read(bodies, make_request(LARGE)) == LARGE_BYTES


async def test_more_large_bodies_at_a_time_than_allowed_are_refused(compute: Compute) -> None:
    bodies = BodyReader(compute, timeout_s=5, most_large=1)
    async with bodies.read(make_request(LARGE[:9], LARGE), len):
        with pytest.raises(ProblemError) as refused:
            await read(bodies, make_request(LARGE))
        assert await read(bodies, make_request(b"small")) == 5
    assert (refused.value.status, refused.value.slug) == (503, "busy")
    assert refused.value.headers["Retry-After"] == "1"
    assert await read(bodies, make_request(LARGE)) == LARGE_BYTES


async def test_a_large_body_is_as_good_as_a_small_one(gateway: Gateway) -> None:
    rows = [{"cells": ["x" * 40]}] * 2000
    context = {"title": "Large", "columns": [{"name": "a"}], "rows": rows}
    answer = await gateway.client.post("/v1/jobs", json={**BODY, "context": context})
    assert (answer.status_code, answer.json()["title"]) == (202, "Large")
    [(_, _, value, _)] = gateway.publisher.published
    assert len(json.loads(value or b"")["job"]["context"]["rows"]) == 2000


async def test_what_is_wrong_with_a_large_body_is_said_as_of_a_small_one(gateway: Gateway) -> None:
    body = {"tableId": "t", "context": "x" * LARGE_BYTES, "priority": 1}
    answer = await gateway.client.post("/v1/jobs", json=body)
    assert (answer.status_code, answer.json()["errors"][-1]["pointer"]) == (422, "/priority")


@pytest.mark.parametrize(
    ("encoding", "status"), [("", 202), ("identity", 202), ("gzip", 415), ("br, gzip", 415)]
)
async def test_an_encoded_body_is_told_how_to_come(
    gateway: Gateway, encoding: str, status: int
) -> None:
    answer = await gateway.client.post(
        "/v1/jobs", json=BODY, headers={"Content-Encoding": encoding}
    )
    assert answer.status_code == status
    if status == 415:
        assert answer.headers["accept-encoding"] == "identity"
        assert "send the body as it is" in answer.json()["detail"]
