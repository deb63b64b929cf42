"""/docs tells of each operation, by itself: nothing of others is loaded, and nothing runs."""

import re

import pytest

from services.gateway.access.permission import REFERENCE, REFERENCE_STYLE
from services.gateway.reference.page_route import mark_code
from tests.unit.gateway.conftest import Gateway

IDS = re.compile(r'\bid="([^"]+)"')
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|url\(|@import""")
LINKS = re.compile(r'\bhref="([^"]+)"')


async def test_every_operation_and_every_schema_has_its_place(gateway: Gateway) -> None:
    page = (await gateway.client.get(REFERENCE)).text
    document = (await gateway.client.get("/openapi.json")).json()
    operations = {op["operationId"] for path in document["paths"].values() for op in path.values()}
    assert operations | document["components"]["schemas"].keys() <= {*IDS.findall(page)}


async def test_every_link_leads_somewhere(gateway: Gateway) -> None:
    page = (await gateway.client.get(REFERENCE)).text
    places = {f"#{name}" for name in IDS.findall(page)}
    elsewhere = {link for link in LINKS.findall(page) if link not in places}
    assert elsewhere == {REFERENCE_STYLE, "/openapi.json"}
    for link in elsewhere:
        assert (await gateway.client.get(link)).status_code == 200


async def test_it_is_for_everybody_and_runs_nothing(keyed_gateway: Gateway) -> None:
    answer = await keyed_gateway.client.get(REFERENCE)
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert not ELSEWHERE.findall(answer.text)


async def test_the_root_leads_to_it(keyed_gateway: Gateway) -> None:
    answer = await keyed_gateway.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, REFERENCE)


async def test_an_example_asks_where_the_page_is_and_says_the_key_where_one_is_needed(
    gateway: Gateway, keyed_gateway: Gateway
) -> None:
    local, keyed = [(await g.client.get(REFERENCE)).text for g in (gateway, keyed_gateway)]
    assert f"curl -X POST {gateway.client.base_url}/v1/jobs \\" in local.replace("//v1", "/v1")
    assert "$BRAINSHARE_API_KEY" not in local
    assert "$BRAINSHARE_API_KEY" in keyed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`wait=N`: N seconds", "<code>wait=N</code>: N seconds"),
        ("<script>`<b>`", "&lt;script&gt;<code>&lt;b&gt;</code>"),
        ("one\n\ntwo", "one<br>two"),
    ],
)
def test_text_is_shown_as_text_and_code_as_code(text: str, shown: str) -> None:
    assert mark_code(text) == shown
