"""Dead letters whose kind of failure a later release has named."""

from dataclasses import replace

import pytest

from schemas.kafka.headers import ErrorKind, decode_headers
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import dead_letter, letter_of, request

DESK = "/v1/dead-letters"
TABLE = StageName.TABLE


def with_header(record: ConsumedRecord, name: str, value: bytes) -> ConsumedRecord:
    others = [(known, text) for known, text in record.headers if known != name]
    return replace(record, headers=[*others, (name, value)])


def of_later_kind(offset: int = 0, **headers: int) -> ConsumedRecord:
    return with_header(dead_letter(TABLE, offset, None, **headers), "error-kind", b"quota")


async def test_it_is_on_the_desk_with_its_redrive_and_attempt(gateway: Gateway) -> None:
    await gateway.project(request(), of_later_kind(attempt=2, redrive=1))
    [letter] = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert (letter["errorKind"], letter["attempts"], letter["redrive"]) == ("unknown", 2, 1)
    shown = (await gateway.client.get(f"{DESK}/{letter['id']}")).json()
    assert shown["headers"]["error-kind"] == "quota"


async def test_its_job_has_failed_and_says_so(gateway: Gateway) -> None:
    await gateway.project(request(), of_later_kind())
    [job] = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert (job["status"], job["error"]["kind"]) == ("failed", "unknown")


async def test_its_row_holds_the_kind_as_it_was_written(gateway: Gateway) -> None:
    """So that the release which knows it shows it, without filling the tables anew."""
    await gateway.project(of_later_kind())
    kinds = await gateway.database.read(
        lambda connection: connection.exec_driver_sql("select error_kind from dead_letters").all()
    )
    assert [kind for (kind,) in kinds] == ["quota"]


async def test_it_is_found_as_unknown_and_in_a_group(gateway: Gateway) -> None:
    await gateway.project(of_later_kind(), letter_of(1, 1, error_kind=ErrorKind.BUG))
    page = (await gateway.client.get(f"{DESK}?kind=unknown")).json()
    assert [letter["id"] for letter in page["deadLetters"]] == ["table-0-0"]
    groups = (await gateway.client.get(f"{DESK}/groups?kind=unknown")).json()["groups"]
    assert [(group["errorKind"], group["count"]) for group in groups] == [("unknown", 1)]


@pytest.mark.parametrize(
    "path",
    [f"{DESK}?kind=buug", f"{DESK}?state=opne", f"{DESK}/groups?kind=x", "/v1/jobs?status=runing"],
)
async def test_a_misspelled_filter_is_refused(gateway: Gateway, path: str) -> None:
    answer = await gateway.client.get(path)
    assert answer.status_code == 422


async def test_a_redrive_by_a_misspelled_kind_is_refused(gateway: Gateway) -> None:
    answer = await gateway.client.post(f"{DESK}/redrive", json={"kind": "buug"})
    assert answer.status_code == 422


async def test_a_redrive_keeps_the_headers_of_a_later_release(gateway: Gateway) -> None:
    letter = with_header(of_later_kind(attempt=2), "priority", b"high")
    await gateway.project(request(), with_header(letter, "repeat", b"x"))
    assert (await gateway.client.post(f"{DESK}/table-0-0/redrive")).status_code == 202
    headers = gateway.publisher.published[-1][3]
    assert dict(headers)["priority"] == b"high"
    assert (decode_headers(headers).redrive, decode_headers(headers).error_kind) == (1, None)


async def test_an_odd_header_takes_neither_redrive_nor_attempt_away(gateway: Gateway) -> None:
    odd = with_header(dead_letter(TABLE, attempt=3, redrive=2), "spent-usd", b"much")
    await gateway.project(request(), odd)
    [letter] = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert (letter["attempts"], letter["redrive"], letter["errorKind"]) == (3, 2, "refused")
