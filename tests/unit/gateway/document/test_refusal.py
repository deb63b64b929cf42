"""Whoever is refused could read in the docs that it can be, and why."""

import re
from pathlib import Path

from schemas.api.key import Role
from services.gateway.document.problem_example import load_problems
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.document.operation import list_operations, read_document

PAGE = Path("docs/api.md")
ROW = re.compile(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
CONFLICT = re.compile(r'(?:CONFLICT,|NotPromotedError\()\s*"([a-z-]+)"')
"""As the code tells one, or why a result is not promoted, which is told as one."""
BY_NAME = {"result-not-read", "too-many-webhooks"}
"""Those that it tells by a name of Python's."""
NO_KEY = re.compile(r'(?:UNAUTHORIZED, |_refuse\()"((?:no-api|api-key|stream-token)-[a-z-]+)"')


def read_code(folder: str) -> str:
    return "\n".join(path.read_text() for path in Path("services/gateway", folder).rglob("*.py"))


def test_the_page_names_every_kind_of_conflict_and_no_other() -> None:
    told = {kind for row in ROW.findall(PAGE.read_text()) for kind in re.findall("[a-z-]+", row)}
    assert told == {*CONFLICT.findall(read_code("")), *BY_NAME}
    assert {kind for kind, one in load_problems().items() if one["status"] == 409} <= told


def test_the_page_names_every_reason_why_a_key_does_not_count() -> None:
    kinds, page = set(NO_KEY.findall(read_code("access"))), PAGE.read_text()
    assert len(kinds) == 4
    assert [kind for kind in kinds if f"`{kind}`" not in page] == []


async def test_the_document_says_401_of_what_asks_for_a_key_and_of_nothing_else(
    keyed_gateway: Gateway,
) -> None:
    reader = await make_caller(keyed_gateway.database, Role.READ, "default")
    document = await read_document(keyed_gateway, reader)
    refused, told = set[str](), set[str]()
    for one in list_operations(document):
        answer = await keyed_gateway.client.request(one.method, one.fill())
        refused |= {one.name} if answer.status_code == 401 else set()
        told |= {one.name} if "401" in one.said["responses"] else set()
    assert refused == told
    assert {"readHealth", "readReadiness"}.isdisjoint(told)
