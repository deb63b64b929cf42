"""The live stream: nothing missed, nothing invented, an end when the job is final."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from schemas.stage import StageName
from services.gateway.settings import GatewaySettings
from services.gateway.stream import job_stream
from services.gateway.stream.job_stream import Stream
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, request, started, whole_job

PATH = f"/v1/jobs/{JOB_ID}/events"
STREAM = {"accept": "text/event-stream"}


def read_events(text: str) -> list[dict[str, str]]:
    blocks = [block for block in text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def names(events: list[dict[str, str]]) -> list[str]:
    return [event["event"] for event in events if "event" in event]


def stream(gateway: Gateway, job_id: str = str(JOB_ID)) -> AsyncIterator[dict[str, str]]:
    read_from = (gateway.database, gateway.renderer, gateway.notifier)
    source = Stream(*read_from, gateway.projector.projection_id, job_id, 0, is_reset=False)

    async def run() -> AsyncIterator[dict[str, str]]:
        async for event in source.run():
            yield read_events(event.decode())[0]

    return run()


async def take(events: AsyncIterator[dict[str, str]], count: int) -> list[dict[str, str]]:
    async with asyncio.timeout(5):
        return [await anext(events) for _ in range(count)]


async def test_a_final_job_is_told_from_the_tables_and_ends(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.get(PATH, headers=STREAM)
    events = read_events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events[0] == {"retry": "1000"}
    assert names(events) == ["history"] * 7 + ["status"]
    assert json.loads(events[-1]["data"])["status"] == "completed"


async def test_a_client_goes_on_after_the_last_event_it_has(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    last = f"{gateway.projector.projection_id}-5"
    by_header = await gateway.client.get(PATH, headers={**STREAM, "last-event-id": last})
    by_query = await gateway.client.get(f"{PATH}?stream=true&after={last}")
    assert names(read_events(by_header.text)) == ["history", "history", "status"]
    assert by_query.text == by_header.text


@pytest.mark.parametrize("path", [PATH, "/v1/events"])
@pytest.mark.parametrize(
    ("asked", "accept"),
    [
        ("?stream=false", "text/event-stream"),
        ("", "text/event-stream;q=0, application/json"),
        ("", "application/json, text/event-stream;q=0.5"),
    ],
)
async def test_who_wants_a_page_gets_one(
    gateway: Gateway, path: str, asked: str, accept: str
) -> None:
    """The parameter is more exact than the header, and the header is read by its q."""
    await gateway.project(*whole_job())
    answer = await gateway.client.get(f"{path}{asked}", headers={"accept": accept})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("last", ["0-3", "junk"])
async def test_an_id_of_another_projection_is_answered_with_a_reset(
    gateway: Gateway, last: str
) -> None:
    await gateway.project(request())
    await gateway.project(*whole_job()[1:])
    answer = await gateway.client.get(PATH, headers={**STREAM, "last-event-id": last})
    events = read_events(answer.text)
    assert names(events) == ["reset"] + ["history"] * 7 + ["status"]
    assert json.loads(events[1]["data"])["status"] == "completed"


async def test_changes_arrive_as_they_are_committed(gateway: Gateway) -> None:
    await gateway.project(request())
    events = stream(gateway)
    assert names(await take(events, 3)) == ["history", "status"]
    await gateway.project(started(StageName.TABLE))
    history, status = await take(events, 2)
    assert json.loads(history["data"])["kind"] == "started"
    assert json.loads(status["data"])["status"] == "running"
    assert (history["id"], "id" in status) == (f"{gateway.projector.projection_id}-2", False)


async def test_a_job_can_be_followed_before_it_is_projected(gateway: Gateway) -> None:
    job_id = (await gateway.client.post("/v1/jobs", json=BODY)).json()["jobId"]
    events = stream(gateway, job_id)
    assert names(await take(events, 2)) == ["status"]


async def test_a_stopping_gateway_ends_its_streams(gateway: Gateway) -> None:
    await gateway.project(request())
    events = stream(gateway)
    await take(events, 3)
    gateway.notifier.close()
    [farewell] = await take(events, 1)
    assert 1000 <= int(farewell["retry"]) <= 2000
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_a_history_longer_than_a_page_is_told_whole(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_stream, "PAGE", 3)
    await gateway.project(*whole_job())
    events = read_events((await gateway.client.get(PATH, headers=STREAM)).text)
    assert names(events) == ["history"] * 7 + ["status"]
    assert [event["id"].rpartition("-")[2] for event in events[1:-1]] == list("1234567")


async def test_more_streams_than_allowed_are_refused(gateway: Gateway) -> None:
    await gateway.project(request())
    with ExitStack() as open_streams:
        for _ in range(GatewaySettings().streams):
            open_streams.enter_context(gateway.notifier.watch("another"))
        answer = await gateway.client.get(PATH, headers=STREAM)
        page = await gateway.client.get(PATH)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (answer.json()["type"], page.status_code) == ("urn:brainshare:problem:busy", 200)


async def test_a_history_is_read_page_by_page(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    first = (await gateway.client.get(f"{PATH}?limit=4")).json()
    last = (await gateway.client.get(f"{PATH}?limit=4&cursor={first['next']}")).json()
    whole = (await gateway.client.get(PATH)).json()
    assert first["events"] + last["events"] == whole["events"]
    assert (len(first["events"]), last["next"], whole["next"]) == (4, None, None)


@pytest.mark.parametrize(("after", "status"), [(7, 204), (6, 200), (8, 200)])
async def test_a_browser_that_has_all_of_an_ended_stream_is_told_to_stop(
    gateway: Gateway, after: int, status: int
) -> None:
    await gateway.project(*whole_job())
    last = {"last-event-id": f"{gateway.projector.projection_id}-{after}"}
    answer = await gateway.client.get(PATH, headers=STREAM | last)
    assert answer.status_code == status
