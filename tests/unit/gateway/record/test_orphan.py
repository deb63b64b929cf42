"""Dead letters that name no job: on the desk as well, and only ever put aside."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import dead_letter, letter_of, orphan

DESK = "/v1/dead-letters"
LETTER = f"{DESK}/table-0-0"
ORIGIN: dict[str, Any] = {
    "origin_topic": "test.table.requests",
    "origin_partition": 0,
    "origin_offset": 4,
}


@pytest.mark.parametrize("key", [b"", b"no job", b"\xff"])
async def test_it_is_listed_and_shown_without_a_job(gateway: Gateway, key: bytes) -> None:
    await gateway.project(orphan(0, key))
    [listed] = (await gateway.client.get(DESK)).json()["deadLetters"]
    shown = (await gateway.client.get(LETTER)).json()
    jobs = (await gateway.client.get("/v1/jobs")).json()["jobs"]
    assert (listed["id"], listed["jobId"], listed["state"]) == ("table-0-0", None, "open")
    assert (shown["jobId"], shown["sizeBytes"], jobs) == (None, 2, [])


async def test_its_redrive_is_refused_with_a_reason(gateway: Gateway) -> None:
    await gateway.project(orphan(0))
    answer = await gateway.client.post(f"{LETTER}/redrive")
    assert (answer.status_code, "no job" in answer.json()["detail"]) == (409, True)
    assert gateway.publisher.published == []


async def test_a_discard_outlives_a_rebuild(gateway: Gateway) -> None:
    await gateway.project(orphan(0), orphan(1))
    await gateway.client.post(f"{LETTER}/discard", json={"reason": "not ours"})
    await gateway.projector.prepare("another")
    await gateway.projector.step()
    letters = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert [letter["id"] for letter in letters] == ["table-0-1"]
    assert (await gateway.client.get(LETTER)).json()["discard"]["reason"] == "not ours"


async def test_what_was_published_twice_from_one_place_is_one(gateway: Gateway) -> None:
    await gateway.project(orphan(0, **ORIGIN), orphan(1, **ORIGIN), orphan(2))
    letters = (await gateway.client.get(DESK)).json()["deadLetters"]
    assert [letter["id"] for letter in letters] == ["table-0-2", "table-0-0"]


async def test_headers_that_are_no_text_hinder_nothing(gateway: Gateway) -> None:
    await gateway.project(replace(orphan(0), headers=[("attempt", b"\xff")]))
    assert (await gateway.client.get(LETTER)).json()["errorKind"] == "poison"


async def test_open_letters_are_a_gauge_of_each_stage_and_kind(gateway: Gateway) -> None:
    await gateway.project(orphan(0), letter_of(1, 1), letter_of(2, 2), dead_letter(StageName.ROW))
    await gateway.client.post(f"{DESK}/table-0-2/redrive")
    await gateway.client.post(f"{LETTER}/discard", json={"reason": "not ours"})
    lines = (await gateway.client.get("/metrics")).text.splitlines()
    counts = dict(line.rsplit(" ", 1) for line in lines if "dead_letters_open{" in line)
    assert len(counts) == len(STAGE_ORDER) * len(ErrorKind)
    there = {line for line, count in counts.items() if count != "0.0"}
    name = "brainshare_dead_letters_open"
    assert there == {
        f'{name}{{reason="refused",stage="table"}}',
        f'{name}{{reason="refused",stage="row"}}',
    }
