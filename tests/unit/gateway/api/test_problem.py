"""What it takes to tell an error."""

import pytest
from fastapi import FastAPI

from tests.unit.gateway.conftest import Gateway


def refuse(_app: FastAPI) -> None:
    raise AssertionError("the document is made")


@pytest.mark.parametrize(
    ("path", "status", "allow"),
    [("/v1/jobs/nope", 404, None), ("/v1/jobs/batch", 405, "POST"), ("/nothing", 404, None)],
)
async def test_an_error_is_told_without_the_document_which_takes_half_a_second_to_make(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, path: str, status: int, allow: str | None
) -> None:
    monkeypatch.setattr(FastAPI, "openapi", refuse)
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
