"""The acts of the dead-letter desk: putting back, putting aside."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from schemas.kafka.headers import ErrorKind, decode_headers
from schemas.stage import StageName
from services.gateway.database.database import Connection
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.dead_letter.desk import RECOVERED_AT_A_TIME
from services.gateway.dead_letter.redrive_store import Redrive, list_unacked, reserve_redrive
from services.gateway.dead_letter.store import find_letter
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    GARBAGE,
    JOB_ID,
    NOW_MS,
    TOPICS,
    dead_letter,
    job_id,
    letter_of,
    request,
    success,
)

DESK = "/v1/dead-letters"
LETTER = f"{DESK}/table-0-0"
TABLE = StageName.TABLE


def put_back(gateway: Gateway, offset: int = 0) -> ConsumedRecord:
    """What the last redrive published, as it is read."""
    topic, key, value, headers = gateway.publisher.published[-1]
    return ConsumedRecord(topic, 0, offset, NOW_MS, key, value, headers)


async def states(gateway: Gateway) -> dict[str, str]:
    names = ("open", "redriven", "resolved", "refailed", "discarded")
    pages = [(await gateway.client.get(f"{DESK}?state={name}")).json() for name in names]
    return {letter["id"]: letter["state"] for page in pages for letter in page["deadLetters"]}


async def test_a_redrive_publishes_the_original_bytes(gateway: Gateway) -> None:
    origin = {"origin_topic": "test.table.requests", "origin_partition": 3, "origin_offset": 9}
    told = {"schema": "stage-record/1", "attempt": 6, "redrive": 1, "first_failed_ms": 7}
    await gateway.project(dead_letter(TABLE, 0, GARBAGE, **origin, **told, error_code="x"))
    answer = await gateway.client.post(f"{LETTER}/redrive")
    [(topic, key, value, raw)] = gateway.publisher.published
    headers = decode_headers(raw)
    assert (answer.status_code, answer.json()["state"]) == (202, "redriven")
    assert (topic, key, value) == (TOPICS.requests(TABLE), str(JOB_ID).encode(), GARBAGE)
    assert (headers.schema, headers.attempt, headers.redrive) == ("stage-record/1", 1, 2)
    assert headers.origin_topic == "test.table.requests"
    assert (headers.origin_partition, headers.origin_offset) == (3, 9)
    assert (headers.error_kind, headers.error_code, headers.error_message) == (None, None, None)
    assert (headers.first_failed_ms, headers.not_before_ms) == (None, None)


async def test_a_redrive_is_in_the_trace_of_its_request_and_leads_to_the_failure(
    gateway: Gateway,
) -> None:
    failed, asked = (f"00-{n * 32}-{n * 16}-01" for n in "12")
    told = {"traceparent": failed, "trace_link": f"00-{'3' * 32}-{'3' * 16}-01", "release": "0.1.0"}
    await gateway.project(dead_letter(TABLE, 0, GARBAGE, **told))
    await gateway.client.post(f"{LETTER}/redrive", headers={"traceparent": asked})
    headers = decode_headers(gateway.publisher.published[0][3])
    assert (headers.traceparent or "")[:35] == asked[:35]
    assert (headers.trace_link, headers.release) == (failed, None)


async def test_a_redriven_job_goes_on_to_its_end(gateway: Gateway) -> None:
    first = request()
    await gateway.project(first, dead_letter(TABLE, value=first.value))
    await gateway.client.post(f"{LETTER}/redrive")
    before = await states(gateway)
    await gateway.project(put_back(gateway, 1))
    job = (await gateway.client.get(f"/v1/jobs/{JOB_ID}")).json()
    await gateway.project(success(TABLE))
    assert (before, job["status"]) == ({"table-0-0": "redriven"}, "running")
    assert await states(gateway) == {"table-0-0": "resolved"}


async def test_a_redrive_that_fails_leaves_a_letter_of_its_own(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    await gateway.project(request(redrive=1), dead_letter(TABLE, 1, redrive=1))
    assert await states(gateway) == {"table-0-0": "refailed", "table-0-1": "open"}


async def test_many_redrives_at_once_are_one(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    posts = (gateway.client.post(f"{LETTER}/redrive") for _ in range(10))
    codes = sorted(answer.status_code for answer in await asyncio.gather(*posts))
    assert codes == [202] + [409] * 9
    assert len(gateway.publisher.published) == 1


async def test_what_was_put_back_three_times_is_refused(gateway: Gateway) -> None:
    await gateway.project(*(dead_letter(TABLE, number, redrive=number) for number in range(4)))
    one = await gateway.client.post(f"{DESK}/table-0-3/redrive")
    assert (one.status_code, "3 times" in one.json()["detail"]) == (409, True)


async def test_redrives_of_other_stages_do_not_count(gateway: Gateway) -> None:
    """A success keeps the number of the redrive, so that later stages carry it on."""
    await gateway.project(dead_letter(StageName.COLUMN, 0, redrive=3))
    answer = await gateway.client.post(f"{DESK}/column-0-0/redrive")
    assert (answer.status_code, decode_headers(put_back(gateway).headers).redrive) == (202, 4)


async def test_a_redrive_carries_on_what_the_job_has_cost(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE, spent_usd=0.9))
    await gateway.client.post(f"{LETTER}/redrive")
    assert decode_headers(put_back(gateway).headers).spent_usd == 0.9


async def test_a_dead_letter_stays_open_while_no_broker_acks(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    gateway.publisher.is_refusing = True
    refused = await gateway.client.post(f"{LETTER}/redrive")
    before = await states(gateway)
    gateway.publisher.is_refusing = False
    again = await gateway.client.post(f"{LETTER}/redrive")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (before, again.status_code) == ({"table-0-0": "open"}, 202)


async def test_what_a_crash_has_cut_off_is_put_back(gateway: Gateway) -> None:
    cut_off = Redrive((str(JOB_ID), TABLE, 1), TOPICS.requests(TABLE), [("redrive", b"1")], b"x", 0)
    await gateway.database.write(reserve_redrive, cut_off)
    await gateway.desk.recover()
    await gateway.desk.recover()
    [(topic, _, value, headers)] = gateway.publisher.published
    assert (topic, value, headers) == (cut_off.topic, b"x", cut_off.headers)
    assert await gateway.database.read(list_unacked, None, 10) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ["table-0-0", "table-0-1", "table-0-2"]),
        ({"limit": 2}, ["table-0-0", "table-0-1"]),
        ({"kind": "bug"}, ["table-0-1"]),
        ({"stage": "row"}, []),
    ],
)
async def test_a_filter_redrives_what_a_dry_run_says(
    gateway: Gateway, body: dict[str, Any], found: list[str]
) -> None:
    kinds = (ErrorKind.PROVIDER, ErrorKind.BUG, ErrorKind.PROVIDER)
    await gateway.project(*(letter_of(n, n, error_kind=kind) for n, kind in enumerate(kinds)))
    dry = await gateway.client.post(f"{DESK}/redrive", json={**body, "dryRun": True})
    published = len(gateway.publisher.published)
    done = await gateway.client.post(f"{DESK}/redrive", json=body)
    listed = [[letter["id"] for letter in a.json()["deadLetters"]] for a in (dry, done)]
    assert (dry.status_code, done.status_code, published) == (200, 202, 0)
    assert listed == [found, found]
    assert len(gateway.publisher.published) == len(found)


async def test_a_discarded_letter_is_put_aside_for_good(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    told = {"reason": "a test", "by": "ada"}
    answer = await gateway.client.post(f"{LETTER}/discard", json=told)
    again = await gateway.client.post(f"{LETTER}/discard", json=told)
    redrive = await gateway.client.post(f"{LETTER}/redrive")
    assert (answer.status_code, answer.json()["state"]) == (200, "discarded")
    assert (again.status_code, redrive.status_code) == (409, 409)
    assert (await gateway.client.get(LETTER)).json()["discard"]["by"] == "ada"
    assert (await gateway.client.get(DESK)).json()["deadLetters"] == []


async def test_a_letter_that_may_be_on_its_way_back_is_not_discarded(gateway: Gateway) -> None:
    await gateway.project(dead_letter(TABLE))
    gateway.publisher.is_refusing = True
    await gateway.client.post(f"{LETTER}/redrive")
    gateway.publisher.is_refusing = False
    refused = await gateway.client.post(f"{LETTER}/discard", json={"reason": "a test"})
    await gateway.desk.recover()
    assert (refused.status_code, "redrive" in refused.json()["detail"]) == (409, True)
    assert (len(gateway.publisher.published), await states(gateway)) == (
        1,
        {"table-0-0": "redriven"},
    )


@pytest.mark.parametrize("acts", [("redrive", "discard"), ("discard", "redrive")])
async def test_of_a_redrive_and_a_discard_at_once_one_is_refused(
    gateway: Gateway, acts: tuple[str, str]
) -> None:
    await gateway.project(dead_letter(TABLE))
    posts = [gateway.client.post(f"{LETTER}/{act}", json={"reason": "a test"}) for act in acts]
    codes = [answer.status_code for answer in await asyncio.gather(*posts)]
    [state] = (await states(gateway)).values()
    was_discarded = state == "discarded"
    assert sorted(codes) == [200 if was_discarded else 202, 409]
    assert len(gateway.publisher.published) == (not was_discarded)


async def test_a_rebuild_forgets_nothing_of_the_desk(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0), letter_of(1, 1), letter_of(2, 2))
    await gateway.client.post(f"{LETTER}/discard", json={"reason": "a test"})
    await gateway.client.post(f"{DESK}/table-0-1/redrive")
    before = await states(gateway)
    await gateway.projector.prepare("another")
    await gateway.projector.step()
    assert await states(gateway) == before
    assert before == {"table-0-0": "discarded", "table-0-1": "redriven", "table-0-2": "open"}


async def test_headers_that_are_no_text_hinder_no_redrive(gateway: Gateway) -> None:
    topic, key = TOPICS.dead_letters(TABLE), str(JOB_ID).encode()
    headers = [("attempt", b"\xff"), ("schema", b"x/1")]
    await gateway.project(ConsumedRecord(topic, 0, 0, NOW_MS, key, GARBAGE, headers))
    answer = await gateway.client.post(f"{LETTER}/redrive")
    assert (answer.status_code, put_back(gateway).value) == (202, GARBAGE)
    assert decode_headers(put_back(gateway).headers).redrive == 1


async def test_many_facts_at_once_put_a_letter_where_one_by_one_does(gateway: Gateway) -> None:
    records = [dead_letter(TABLE), request(redrive=1), success(TABLE)]
    await gateway.project(*records)
    letter = await gateway.database.read(find_letter, "table-0-0", ALL_TENANTS)
    assert letter is not None
    assert letter.state == "resolved"


async def test_a_discard_does_not_wait_for_the_redrive_of_another_letter(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0), letter_of(1, 1))
    gateway.publisher.is_silent = True
    redrive = asyncio.create_task(gateway.client.post(f"{DESK}/table-0-0/redrive"))
    discard = await gateway.client.post(f"{DESK}/table-0-1/discard", json={"reason": "a test"})
    assert (discard.status_code, redrive.done()) == (200, False)
    assert (await redrive).status_code == 503


async def test_many_that_a_crash_has_cut_off_are_put_back_a_page_at_a_time(
    gateway: Gateway,
) -> None:
    count = 2 * RECOVERED_AT_A_TIME + 1
    for number in range(count):
        key = (str(job_id(number)), TABLE, 1)
        await gateway.database.write(
            reserve_redrive, Redrive(key, TOPICS.requests(TABLE), [("redrive", b"1")], b"x", 0)
        )
    await gateway.desk.recover()
    assert len(gateway.publisher.published) == count
    assert gateway.publisher.most_at_a_time == RECOVERED_AT_A_TIME


async def test_a_list_of_open_letters_meets_no_discarded_one(gateway: Gateway) -> None:
    """Also when the tables were filled anew."""
    await gateway.project(letter_of(0, 0), letter_of(1, 1))
    await gateway.client.post(f"{LETTER}/discard", json={"reason": "a test"})
    rows = [await gateway.database.read(_list_row_states)]
    await gateway.projector.prepare("another")
    await gateway.projector.step()
    rows.append(await gateway.database.read(_list_row_states))
    assert rows == [["discarded", "open"]] * 2
    [put_aside] = (await gateway.client.get(f"{DESK}?state=discarded")).json()["deadLetters"]
    assert put_aside["discard"]["reason"] == "a test"


def _list_row_states(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(DEAD_LETTERS.c.state)).scalars())
