"""The stream of all jobs: every fact once and in order, from whichever gateway, from any place."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from schemas.api.key import Role
from schemas.job.job import Job
from schemas.stage import StageName
from services.gateway.feed.store import note_removal
from services.gateway.feed.table import FEED
from services.gateway.job.table import JOBS
from services.gateway.projection.store import begin_projection
from services.gateway.stream.change_notifier import EVERY
from services.gateway.stream.change_poll import ChangePoll
from services.gateway.stream.feed_reader import FeedReader
from services.gateway.stream.feed_stream import FeedStream
from services.gateway.stream.topic import read_topics
from services.kafka import ConsumedRecord
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import (
    JOB_ID,
    dead_letter,
    job,
    job_id,
    request,
    retry,
    started,
    whole_job,
)
from tests.unit.gateway.stream.test_job_stream import names, read_events, take

PATH = "/v1/events"


def of(number: int, tenant: str = "default") -> Job:
    return job(job_id(number), tenant=tenant)


def shifted(records: list[ConsumedRecord], number: int) -> list[ConsumedRecord]:
    """As the records of the n-th job of the topics."""
    return [replace(record, offset=record.offset + 10 * number) for record in records]


async def until_watched(gateway: Gateway) -> None:
    while not gateway.notifier.watchers:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)  # noqa: TID251 - until it waits


async def hold(gateway: Gateway, *numbers: int, tenant: str = "default") -> None:
    for number in numbers:
        await gateway.project(*shifted(whole_job(of(number, tenant)), number))


async def page(gateway: Gateway, query: str = "", **headers: str) -> Any:
    answer = await gateway.client.get(PATH + query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def follow(gateway: Gateway, after: int | None = None, topics: str = "jobs") -> Any:
    named = gateway.projector.projection_id
    reader = FeedReader(gateway.database, gateway.notifier, lambda: named)
    told = (named, None, read_topics(topics, None), after, None)
    source = FeedStream(reader, gateway.notifier, *told)

    async def run() -> AsyncIterator[dict[str, str]]:
        async for written in source.run():
            for event in read_events(written.decode()):
                yield event

    return run()


def sequences(events: list[dict[str, Any]], of_job: UUID) -> list[int]:
    return [event["sequence"] for event in events if event["jobId"] == str(of_job)]


async def test_each_fact_of_each_job_comes_once_in_its_order(gateway: Gateway) -> None:
    await hold(gateway, 1, 2)
    told = await page(gateway, "?after=0")
    assert sequences(told["events"], job_id(1)) == [*range(1, 8)]
    assert sequences(told["events"], job_id(2)) == [*range(1, 8)]
    assert {j["jobId"]: j["status"] for j in told["jobs"]} == {
        str(job_id(1)): "completed",
        str(job_id(2)): "completed",
    }
    assert not told["isReset"]


async def test_a_fact_is_the_same_as_in_the_stream_of_its_job(gateway: Gateway) -> None:
    await hold(gateway, 1)
    of_all = (await page(gateway, "?after=0"))["events"]
    of_one = (await gateway.client.get(f"/v1/jobs/{job_id(1)}/events")).json()["events"]
    assert of_all == of_one


async def test_who_comes_first_is_told_how_all_jobs_are_and_goes_on_from_there(
    gateway: Gateway,
) -> None:
    await hold(gateway, 1)
    first = await page(gateway)
    await hold(gateway, 2)
    then = await page(gateway, f"?after={first['next']}")
    assert (first["isReset"], first["events"], len(first["jobs"])) == (True, [], 1)
    assert sequences(then["events"], job_id(1)) == []
    assert sequences(then["events"], job_id(2)) == [*range(1, 8)]


async def test_a_page_at_a_time_nothing_is_missed_or_told_twice(gateway: Gateway) -> None:
    await hold(gateway, 1, 2, 3)
    after, events = "0", list[dict[str, Any]]()
    while told := (await page(gateway, f"?after={after}&limit=4")):
        after, events = told["next"], events + told["events"]
        if not told["events"]:
            break
    for number in (1, 2, 3):
        assert sequences(events, job_id(number)) == [*range(1, 8)]


async def test_a_stream_goes_on_at_another_gateway_without_gap_or_repeat(gateway: Gateway) -> None:
    await gateway.project(*shifted(whole_job(of(1)), 1)[:4])
    live = follow(gateway, after=0)
    before = [e for e in await take(live, 6) if e.get("event") == "history"]
    await gateway.project(*shifted(whole_job(of(1)), 1)[4:])
    last = before[-1]["id"]
    async with serve_in_process(gateway.database, gateway.compute) as other:
        other.reader.records = gateway.reader.records
        await other.projector.prepare("cluster")
        rest = await page(other, f"?after={last}")
    seen = [json.loads(event["data"]) for event in before] + rest["events"]
    assert sequences(seen, job_id(1)) == [*range(1, 8)]


async def test_only_facts_have_ids_and_changes_arrive_as_they_are_committed(
    gateway: Gateway,
) -> None:
    live = follow(gateway)
    assert names(await take(live, 3)) == ["ready", "reset"]
    await gateway.project(request())
    history, status = await take(live, 2)
    assert (history["event"], status["event"]) == ("history", "status")
    assert history["id"] == f"{gateway.projector.projection_id}-1"
    assert "id" not in status
    assert json.loads(status["data"])["status"] == "pending"


@pytest.mark.parametrize("after", ["0a0b-3", "{id}-99"])
async def test_a_cursor_that_the_tables_do_not_go_on_from_is_answered_with_a_reset(
    gateway: Gateway, after: str
) -> None:
    await hold(gateway, 1)
    told = await page(gateway, f"?after={after.format(id=gateway.projector.projection_id)}")
    assert (told["isReset"], len(told["jobs"])) == (True, 1)
    assert told["next"] == f"{gateway.projector.projection_id}-7"


async def test_what_has_been_removed_is_a_reset_and_no_gap(gateway: Gateway) -> None:
    await hold(gateway, 1, 2)
    named = gateway.projector.projection_id
    await gateway.database.write(note_removal, [str(job_id(1))])
    removed, kept = await page(gateway, f"?after={named}-6"), await page(gateway, "?after=0")
    assert removed["isReset"]
    assert sequences(kept["events"], job_id(2)) == [*range(1, 8)]
    assert not sequences(kept["events"], job_id(1))


async def test_tables_filled_anew_are_another_order(gateway: Gateway) -> None:
    await hold(gateway, 1)
    known = (await page(gateway))["next"]
    await gateway.database.write(begin_projection, "cluster")
    await gateway.projector.prepare("cluster")
    assert (await page(gateway, f"?after={known}"))["isReset"]


async def test_facts_that_were_nobody_s_come_once_it_is_known_whose_they_are(
    gateway: Gateway,
) -> None:
    await gateway.project(started(StageName.TABLE, of=of(1)))
    early = await page(gateway, "?after=0")
    await gateway.project(request(of=of(1)))
    assert early["events"] == []
    assert sequences((await page(gateway, "?after=0"))["events"], job_id(1)) == [1, 2]


async def test_another_tenant_s_facts_are_in_no_stream_and_move_the_cursor_on(
    keyed_gateway: Gateway,
) -> None:
    await hold(keyed_gateway, 1, tenant="acme")
    await hold(keyed_gateway, 2, tenant="rival")
    acme = await make_caller(keyed_gateway.database, Role.READ)
    admin = await make_caller(keyed_gateway.database, Role.ADMIN, "default")
    own, every = (
        await page(keyed_gateway, "?after=0", **acme),
        await page(keyed_gateway, "?after=0", **admin),
    )
    assert {event["jobId"] for event in own["events"]} == {str(job_id(1))}
    assert (len(own["events"]), len(every["events"])) == (7, 14)
    assert own["next"] == every["next"]


@pytest.mark.parametrize(
    ("topics", "numbers"),
    [
        ("jobs", {1, 2}),
        ("job:{1}", {1}),
        ("job:{1},job:{2}", {1, 2}),
        ("job:{3}", set()),
        ("table:tbl_1", {1, 2}),
        ("table:other", set()),
        ("table:other, job:{2}", {2}),
    ],
)
async def test_topics_say_which_jobs_are_told_of(
    gateway: Gateway, topics: str, numbers: set[int]
) -> None:
    await hold(gateway, 1, 2)
    asked = topics.format(*(str(job_id(n)) for n in range(4)))
    for after in ("0", "0a-0"):
        told = await page(gateway, f"?after={after}&topics={asked}")
        assert {j["jobId"] for j in told["jobs"]} == {str(job_id(n)) for n in numbers}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?topics=", "topics"),
        ("?topics=all", "topics"),
        ("?topics=job:1", "topics"),
        ("?topics=table:", "topics"),
        ("?topics=table:a b", "topics"),
        ("?topics=" + "jobs," * 101, "topics"),
        ("?after=junk", "after"),
        ("?after=", "after"),
        ("?limit=0", "limit"),
        ("?tenant=A", "tenant"),
        ("?topic=jobs", "topic"),
    ],
)
async def test_what_is_wrong_is_named(gateway: Gateway, query: str, name: str) -> None:
    answer = await gateway.client.get(PATH + query)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{name}: ")


async def test_who_would_rather_wait_is_answered_at_the_next_fact(gateway: Gateway) -> None:
    known = (await page(gateway))["next"]
    asked = asyncio.create_task(page(gateway, f"?after={known}", Prefer="wait=20"))
    async with asyncio.timeout(5):
        await until_watched(gateway)
        await gateway.project(request())
        told = await asked
    assert sequences(told["events"], JOB_ID) == [1]


async def test_a_wait_without_news_ends_with_the_cursor_as_it_was(gateway: Gateway) -> None:
    known = (await page(gateway))["next"]
    told = await page(gateway, f"?after={known}", Prefer="wait=1")
    assert (told["events"], told["next"], told["isReset"]) == ([], known, False)


async def test_a_retry_says_why_and_when_and_a_failure_that_it_needs_a_person(
    gateway: Gateway,
) -> None:
    await gateway.project(
        request(), retry(StageName.TABLE), dead_letter(StageName.TABLE, attempt=2)
    )
    told = await page(gateway, "?after=0")
    waits, failed = told["events"][1:]
    assert (waits["kind"], waits["cause"], waits["code"]) == ("retry scheduled", "provider", "429")
    assert waits["retryAt"] == "2026-01-02T03:04:10.678000Z"
    assert (failed["kind"], failed["cause"], failed["retryAt"]) == ("failed", "refused", None)
    assert [e["needsAttention"] for e in told["events"]] == [False, False, True]
    assert told["jobs"][0]["needsAttention"]


async def test_a_parked_stage_needs_a_person(gateway: Gateway) -> None:
    await gateway.project(request(), retry(StageName.TABLE, attempt=1, parked=1))
    told = await page(gateway, "?after=0")
    assert (told["events"][1]["kind"], told["events"][1]["needsAttention"]) == ("parked", True)
    assert told["events"][1]["retryAt"] is not None
    assert told["jobs"][0]["needsAttention"]


async def test_a_stopping_gateway_ends_its_streams(gateway: Gateway) -> None:
    live = [follow(gateway) for _ in range(3)]
    for stream in live:
        await take(stream, 3)
    gateway.notifier.close()
    for stream in live:
        [farewell] = await take(stream, 1)
        assert 1000 <= int(farewell["retry"]) <= 2000
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


async def test_followers_of_the_same_share_what_is_read(
    gateway: Gateway,
) -> None:
    await hold(gateway, 1)
    reader = FeedReader(gateway.database, gateway.notifier, lambda: "a")
    pages = await asyncio.gather(*(reader.read(None, 0) for _ in range(50)))
    await hold(gateway, 2)
    later = await reader.read(None, 0)
    assert all(page is pages[0] for page in pages)
    assert pages[0] is not None
    assert later is not None
    assert (len(pages[0].facts), len(later.facts)) == (7, 14)


async def test_a_job_s_tokens_show_their_jobs_only(keyed_gateway: Gateway) -> None:
    await hold(keyed_gateway, 1, 2, 3, tenant="acme")
    caller = await make_caller(keyed_gateway.database, Role.READ)
    tokens = []
    for number in (1, 2):
        body = {"jobId": str(job_id(number))}
        made = await keyed_gateway.client.post("/v1/stream-tokens", json=body, headers=caller)
        tokens.append(made.json()["token"])
    for after in ("0", "0a-0"):
        answer = await keyed_gateway.client.get(
            PATH, params={"after": after, "token": ",".join(tokens)}
        )
        assert {j["jobId"] for j in answer.json()["jobs"]} == {str(job_id(n)) for n in (1, 2)}


async def test_a_change_that_nobody_told_of_is_seen_by_the_poll(gateway: Gateway) -> None:
    poll = ChangePoll(gateway.database, gateway.notifier)
    with gateway.notifier.watch_any([EVERY]) as waiter:
        await poll.look()

        def change(connection: Connection) -> None:
            connection.execute(update(FEED).values(last_place=FEED.c.last_place + 1))
            connection.execute(update(JOBS).values(version=JOBS.c.version))

        await gateway.database.write(change)
        await poll.look()
        async with asyncio.timeout(5):
            assert await waiter.wait()


async def test_who_follows_some_jobs_is_woken_for_them_only_and_misses_nothing(
    gateway: Gateway,
) -> None:
    await gateway.project(*shifted(whole_job(of(1)), 1)[:2])
    live = follow(gateway, after=0, topics=f"job:{job_id(1)}")
    await take(live, 5)
    waiting = asyncio.create_task(take(live, 2))
    changes = gateway.notifier.changes
    await hold(gateway, 2, 3)
    assert (gateway.notifier.changes > changes, waiting.done()) == (True, False)
    await gateway.project(*shifted(whole_job(of(1)), 9)[2:3])
    history, _ = await waiting
    assert json.loads(history["data"])["sequence"] == 3
