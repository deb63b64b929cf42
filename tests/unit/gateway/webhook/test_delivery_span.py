"""Each request to an endpoint is a span of its job's trace, or of its own with a link to that."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.kafka import ConsumedRecord
from tests.otlp_receiver import ReceivedSpan, Taken, receive_traces
from tests.unit.gateway.example import JOB_ID, whole_job
from tests.unit.gateway.receiver import Answer
from tests.unit.gateway.sending import Sending
from tests.unit.telemetry.trace.line import traced

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
LINK = (TRACE, SPAN, "webhook")


@pytest.fixture
def collector() -> Iterator[Taken]:
    with receive_traces() as taken:
        yield taken


def traced_job(traceparent: bytes = f"00-{TRACE}-{SPAN}-01".encode()) -> list[ConsumedRecord]:
    """The records of a job, each with the span that has sent it."""
    headers = [("traceparent", traceparent)]
    return [replace(one, headers=[*one.headers, *headers]) for one in whole_job()]


def deliveries(collector: Taken) -> list[ReceivedSpan]:
    found = [span for span in collector.spans if span.name == "deliver job.completed"]
    return sorted(found, key=lambda span: int(span.told["app.attempt"]))


async def test_a_delivery_is_a_part_of_its_job_s_trace(sending: Sending, collector: Taken) -> None:
    endpoint = await sending.add()
    with traced(collector.url):
        await sending.gateway.project(*traced_job())
        await sending.sender.settle_down()
    [span] = deliveries(collector)
    assert (span.trace_id, span.parent_id, span.kind) == (TRACE, SPAN, "client")
    assert span.links == (LINK,)
    assert span.told == {
        "app.job.id": str(JOB_ID),
        "app.tenant": "default",
        "app.webhook": endpoint.endpoint_id,
        "app.delivery": sending.receiver.ids[0],
        "app.attempt": 1,
        "app.outcome": "taken",
        "http.request.method": "POST",
        "http.response.status_code": 204,
    }
    assert not span.has_failed


async def test_each_attempt_is_a_span_and_a_late_one_in_a_trace_of_its_own(
    sending: Sending, collector: Taken
) -> None:
    await sending.add()
    sending.receiver.script = [Answer(500), Answer(503), Answer(204)]
    with traced(collector.url):
        await sending.gateway.project(*traced_job())
        for _ in range(60):
            await sending.wait(seconds=15)
    first, *_, last = spans = deliveries(collector)
    assert [span.told["app.outcome"] for span in spans] == ["refused", "away", "taken"]
    assert [span.told.get("error.type") for span in spans] == ["500", "503", None]
    assert {span.links for span in spans} == {(LINK,)}
    assert first.trace_id == TRACE
    assert (last.trace_id != TRACE, last.parent_id) == (True, "")


async def test_what_no_answer_came_to_has_failed_and_says_nothing_of_the_stranger(
    sending: Sending, collector: Taken
) -> None:
    await sending.add("http://127.0.0.1:1/a-secret-path")
    with traced(collector.url):
        await sending.gateway.project(*traced_job())
        await sending.sender.settle_down()
    [span] = deliveries(collector)
    assert (span.has_failed, span.told["error.type"], span.message) == (True, "away", "")
    assert b"a-secret-path" not in collector.raw


@pytest.mark.parametrize("odd", [b"", b"junk", b"\xff", b"x" * 10_000])
async def test_a_record_of_no_trace_begins_one_and_is_delivered(
    sending: Sending, collector: Taken, odd: bytes
) -> None:
    await sending.add()
    with traced(collector.url):
        await sending.gateway.project(*traced_job(odd))
        await sending.sender.settle_down()
    [span] = deliveries(collector)
    assert (span.parent_id, span.links, span.has_failed) == ("", (), False)
    assert len(sending.receiver.ids) == 1
