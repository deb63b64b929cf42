"""GET of dead letters, and the desk's error pages."""

from base64 import b64decode

import pytest

from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import GARBAGE, JOB_ID, dead_letter, letter_of, request

DESK = "/v1/dead-letters"
LETTER = f"{DESK}/table-0-0"
TABLE = StageName.TABLE


async def test_a_dead_letter_is_on_the_desk(gateway: Gateway) -> None:
    await gateway.project(request(), dead_letter(TABLE, attempt=6, error_code="500"))
    [letter] = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert (letter["id"], letter["jobId"]) == ("table-0-0", str(JOB_ID))
    assert (letter["state"], letter["attempts"], letter["redrive"]) == ("open", 6, 0)
    assert (letter["errorKind"], letter["errorCode"], letter["message"]) == ("refused", "500", "no")


async def test_a_dead_letter_that_is_published_twice_is_one(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE, 0), dead_letter(TABLE, 1))
    letters = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert [letter["id"] for letter in letters] == ["table-0-0"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["table-0-1", "table-0-0"]),
        ("?stage=row", []),
        ("?kind=bug", ["table-0-1"]),
        ("?limit=1", ["table-0-1"]),
        ("?fingerprint=000000000000", []),
    ],
)
async def test_filters(gateway: Gateway, query: str, found: list[str]) -> None:
    await gateway.project(letter_of(0, 0), letter_of(1, 1, error_kind=ErrorKind.BUG))
    page = (await gateway.client.get(f"{DESK}{query}")).json()
    assert [letter["id"] for letter in page["deadLetters"]] == found


async def test_pages_show_each_dead_letter_once(gateway: Gateway) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(5)))
    seen, path = [], f"{DESK}?limit=2"
    while path:
        page = (await gateway.client.get(path)).json()
        seen += [letter["id"] for letter in page["deadLetters"]]
        path = page["next"] and f"{DESK}?limit=2&cursor={page['next']}"
    assert seen == [f"table-0-{n}" for n in (4, 3, 2, 1, 0)]


async def test_groups_count_what_failed_alike(gateway: Gateway) -> None:
    messages = ("after 5 s", "after 6 s", "never")
    await gateway.project(*(letter_of(n, n, error_message=m) for n, m in enumerate(messages)))
    groups = (await gateway.client.get(f"{DESK}/groups")).json()["groups"]
    same = groups[0]["fingerprint"]
    alike = (await gateway.client.get(f"{DESK}?fingerprint={same}")).json()["deadLetters"]
    assert [group["count"] for group in groups] == [2, 1]
    assert groups[0]["firstFailedAt"] < groups[0]["lastFailedAt"]
    assert len(alike) == 2


@pytest.mark.parametrize(
    ("value", "shown", "is_base64", "is_cut"),
    [
        (b'{"a":1}', b'{"a":1}', False, False),
        (GARBAGE, GARBAGE, True, False),
        (b"a" * 65_537, b"a" * 65_536, False, True),
        (b"\xff" * 65_537, b"\xff" * 65_536, True, True),
        ("ä".encode() * 40_000, "ä".encode() * 32_768, False, True),
        (None, None, False, False),
    ],
)
async def test_the_original_bytes_can_be_read(
    gateway: Gateway, value: bytes | None, shown: bytes | None, is_base64: bool, is_cut: bool
) -> None:
    await gateway.project(dead_letter(TABLE, value=value))
    letter = (await gateway.client.get(LETTER)).json()
    text = letter["value"]
    assert (letter["isBase64"], letter["isCut"]) == (is_base64, is_cut)
    assert letter["sizeBytes"] == len(value or b"")
    assert letter["headers"]["error-kind"] == "refused"
    assert shown == (text and (b64decode(text) if is_base64 else text.encode()))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", f"{DESK}/nope", None, 404, "nope"),
        ("POST", f"{DESK}/nope/redrive", None, 404, "nope"),
        ("POST", f"{DESK}/nope/discard", b'{"reason":"x"}', 404, "nope"),
        ("POST", f"{DESK}/nope/discard", b'{"reason":" "}', 422, "/reason"),
        ("POST", f"{DESK}/nope/discard", b"{", 400, "not JSON"),
        ("POST", f"{DESK}/redrive", b'{"topic":"x"}', 422, "/topic"),
        ("POST", f"{DESK}/redrive", b'{"fingerprint":"x"}', 422, "/fingerprint"),
        ("POST", f"{DESK}/redrive", b'{"limit":1001}', 422, "/limit"),
        ("GET", f"{DESK}?state=lost", None, 422, "state"),
        ("GET", f"{DESK}?fingerprint=x", None, 422, "fingerprint"),
        ("GET", f"{DESK}?cursor=x", None, 422, "cursor"),
    ],
)
async def test_errors_are_problems(
    gateway: Gateway, method: str, path: str, body: bytes | None, status: int, said: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = await gateway.client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
