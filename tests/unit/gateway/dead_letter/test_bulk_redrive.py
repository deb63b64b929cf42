"""Putting many dead letters back: at a rate, in runs that end, and none of them twice."""

from typing import Any

import pytest

from schemas.stage import StageName
from services.gateway.dead_letter.bulk_redrive import RUN_S
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    TOPICS,
    consumed,
    dead_letter,
    job_id,
    letter_of,
    orphan,
    request,
)

REDRIVE = "/v1/dead-letters/redrive"
PER_RUN = int(RUN_S * 20)


async def redrive(gateway: Gateway, **body: Any) -> dict[str, Any]:
    answer = await gateway.client.post(REDRIVE, json=body)
    result: dict[str, Any] = answer.json()
    return result


async def redrive_all(gateway: Gateway, **body: Any) -> list[dict[str, Any]]:
    results = [await redrive(gateway, **body)]
    while results[-1]["next"]:
        results.append(await redrive(gateway, **body, cursor=results[-1]["next"]))
    return results


def ids(result: dict[str, Any]) -> list[str]:
    return [letter["id"] for letter in result["deadLetters"]]


async def test_a_run_ends_soon_and_says_where_to_go_on(gateway: Gateway) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(PER_RUN + 30)))
    results = await redrive_all(gateway, limit=1000)
    first, second = [len(ids(result)) for result in results]
    assert PER_RUN <= first <= PER_RUN + 2
    assert gateway.clock.read() == pytest.approx((PER_RUN + 29) / 20)
    assert len({key for _, key, _, _ in gateway.publisher.published}) == first + second
    assert first + second == PER_RUN + 30


async def test_a_run_that_was_cut_off_can_be_begun_again(gateway: Gateway) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(6)))
    await redrive(gateway, limit=4)
    again = await redrive(gateway)
    assert (ids(again), again["next"]) == (["table-0-4", "table-0-5"], None)
    assert len(gateway.publisher.published) == 6


async def test_a_broker_that_goes_away_ends_a_run_and_hides_nothing_of_it(
    gateway: Gateway,
) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(3)))
    gateway.publisher.refuses_after = 1
    first = await redrive(gateway)
    away = await gateway.client.post(REDRIVE, json={"cursor": first["next"]})
    gateway.publisher.refuses_after = None
    rest = await redrive(gateway, cursor=first["next"])
    assert (ids(first), away.status_code) == (["table-0-0"], 503)
    assert (ids(rest), rest["next"]) == (["table-0-1", "table-0-2"], None)
    assert len(gateway.publisher.published) == 3


async def test_what_fails_meanwhile_is_left_for_another_time(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0), letter_of(1, 1))
    first = await redrive(gateway, limit=1)
    await gateway.project(letter_of(0, 2, redrive=1), letter_of(5, 3))
    second = await redrive(gateway, limit=10, cursor=first["next"])
    assert (ids(first), ids(second), second["next"]) == (["table-0-0"], ["table-0-1"], None)


async def test_what_may_not_be_put_back_is_told_and_passed_over(gateway: Gateway) -> None:
    cancelled = consumed(TOPICS.control, b"{}", key=str(job_id(1)).encode())
    often, fine = letter_of(2, 2, redrive=3), letter_of(3, 3)
    before = (letter_of(2, 20 + number, redrive=number) for number in range(3))
    await gateway.project(orphan(0), letter_of(1, 1), cancelled, *before, often, fine)
    result = await redrive(gateway)
    reasons = {letter["id"]: letter["reason"] for letter in result["skipped"]}
    assert ids(result) == ["table-0-3"]
    assert [*reasons] == ["table-0-0", "table-0-1", "table-0-2"]
    said = ("no job", "cancelled", "3 times")
    assert all(s in reason for s, reason in zip(said, reasons.values(), strict=True))
    assert result["skipped"][0]["jobId"] is None


async def test_a_dry_run_goes_through_all_and_changes_nothing(gateway: Gateway) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(5)), orphan(9))
    results = await redrive_all(gateway, limit=2, dryRun=True)
    assert [letter for result in results for letter in ids(result)] == [
        f"table-0-{n}" for n in range(5)
    ]
    assert [len(result["skipped"]) for result in results] == [0, 0, 1]
    assert (gateway.publisher.published, gateway.clock.read()) == ([], 0)


async def test_an_empty_desk_needs_no_second_request(gateway: Gateway) -> None:
    result = await redrive(gateway)
    assert result == {"deadLetters": [], "skipped": [], "next": None, "dryRun": False}


@pytest.mark.parametrize("cursor", ["x", "x.y", "", "MS50YWJsZS0wLTA"])
async def test_a_cursor_that_was_not_given_is_refused(gateway: Gateway, cursor: str) -> None:
    answer = await gateway.client.post(REDRIVE, json={"cursor": cursor})
    assert (answer.status_code, "cursor" in answer.json()["detail"]) == (422, True)


async def test_a_redrive_of_a_cancelled_job_is_refused(gateway: Gateway) -> None:
    await gateway.project(request(), consumed(TOPICS.control, b"{}"), dead_letter(StageName.TABLE))
    answer = await gateway.client.post("/v1/dead-letters/table-0-0/redrive")
    job = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    assert (answer.status_code, job["status"]) == (409, "failed")
    assert "cancelled" in answer.json()["detail"]
    assert gateway.publisher.published == []
