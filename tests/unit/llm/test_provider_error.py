"""What providers answer where they do not: every form of the table, over HTTP."""

from typing import Any

import pytest

from services.failure.verdict import Act, Failure
from tests.unit.llm.fake_provider import KEY, READ, Request, Said, completes, provide
from tests.unit.llm.provider_error import ERRORS, ProviderError

PAGE, HTML = b"<!DOCTYPE html><title>Sign in</title>", {"content-type": "text/html"}

SETTINGS = frozenset(
    {
        Failure.NO_MONEY,
        Failure.KEY_REFUSED,
        Failure.NO_ACCESS,
        Failure.NO_SUCH_MODEL,
        Failure.WRONG_ADDRESS,
    }
)


@pytest.mark.parametrize("row", ERRORS, ids=str)
async def test_an_error_is_known_by_its_code_and_words_whatever_its_status(
    row: ProviderError,
) -> None:
    async with provide(row.said, level="text") as provider:
        failed = await provider.fail()
    assert failed.failure is row.failure
    assert KEY not in failed.message


@pytest.mark.parametrize("row", [row for row in ERRORS if row.failure in SETTINGS], ids=str)
async def test_a_wrong_setting_parks_though_others_were_answered_just_now(
    row: ProviderError,
) -> None:
    async with provide(Said(completes()), row.said) as provider:
        await provider.ask()
        failed = await provider.fail()
    assert failed.verdict.act is Act.PARK
    assert not failed.verdict.is_charged
    assert ": " in failed.message


@pytest.mark.parametrize(
    "row", [row for row in ERRORS if row.failure is Failure.FORMAT_REFUSED], ids=str
)
async def test_a_form_of_output_that_is_refused_is_asked_for_in_another(row: ProviderError) -> None:
    def picky(request: Request) -> Said:
        has_schema = request.get("response_format", {}).get("type") == "json_schema"
        return row.said if has_schema or "tools" in request else Said(completes())

    async with provide(picky) as provider:
        assert (await provider.ask()).content == READ


@pytest.mark.parametrize("act", [Failure.NO_MONEY, Failure.KEY_REFUSED, Failure.NO_ACCESS])
def test_the_table_has_the_words_of_at_least_five_providers(act: Failure) -> None:
    assert len({row.provider for row in ERRORS if row.failure is act}) >= 5


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_loses_the_request_is_a_wrong_address_that_is_named(
    status: int,
) -> None:
    moved = Said(b"", status, {"location": "/elsewhere/chat/completions?token=secret"})
    async with provide(moved) as provider:
        failed = await provider.fail()
    assert failed.failure is Failure.WRONG_ADDRESS
    assert "/v1/, it redirects to http://127.0.0.1" in failed.message
    assert failed.message.endswith("/elsewhere/chat/completions: look at OPENAI_BASE_URL")


async def test_a_redirect_that_keeps_the_request_is_followed() -> None:
    moved = Said(b"", 307, {"location": "/v1/elsewhere/chat/completions"})
    async with provide(moved, Said(completes())) as provider:
        await provider.ask()
        assert len(provider.requests) == 2


async def test_redirects_without_an_end_are_a_wrong_address() -> None:
    async with provide(Said(b"", 307, {"location": "/v1/chat/completions"})) as provider:
        failed = await provider.fail()
    assert (failed.failure, failed.verdict.act) == (Failure.WRONG_ADDRESS, Act.PARK)


async def test_a_status_below_400_that_is_no_answer_is_a_wrong_address() -> None:
    async with provide(Said(b"", 304)) as provider:
        assert (await provider.fail()).failure is Failure.WRONG_ADDRESS


@pytest.mark.parametrize("wait", ["Infinity", "nan", "1e300", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_an_absurd_time_to_come_back_is_a_day_at_most(wait: str) -> None:
    async with provide(Said({"error": "busy"}, 429, {"retry-after": wait})) as provider:
        assert ((await provider.fail()).retry_after_s or 0) <= 86_400


@pytest.mark.parametrize(("status", "body"), [(200, PAGE), (404, PAGE), (405, b"")])
async def test_where_no_model_server_is_the_address_is_said(status: int, body: bytes) -> None:
    async with provide(Said(body, status, HTML)) as provider:
        failed = await provider.fail()
    assert "no model server at http://127.0.0.1:" in failed.message
    assert "OPENAI_BASE_URL" in failed.message


async def test_another_protocol_is_a_wrong_address() -> None:
    async with provide(Said(completes())) as provider:
        address = str(provider.client._transport._client.base_url).replace("http:", "https:")
    async with provide(Said(completes()), base_url=address) as other:
        assert (await other.fail()).failure in (Failure.WRONG_ADDRESS, Failure.UNREACHABLE)


def refuses_fields(request: dict[str, Any]) -> Said:
    if "max_completion_tokens" in request:
        return Said({"error": "max_completion_tokens is not supported"}, 400)
    return Said(completes())


async def test_a_field_that_is_named_in_words_alone_is_left_out() -> None:
    async with provide(refuses_fields) as provider:
        await provider.ask()
        assert provider.requests[-1]["max_tokens"] == 8192
