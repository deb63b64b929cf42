"""A job's trace as a receiver of OTLP sees it: real gateway, real stages, real HTTP, no broker."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from schemas.job.job import accept
from schemas.job.record import StageRecord
from schemas.kafka.headers import Headers
from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.gateway.compute.compute import open_compute
from services.gateway.database.database import open_database
from services.gateway.migration.upgrade import upgrade
from services.kafka.value import ConsumedRecord
from services.lifecycle.clock import utc_now
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.telemetry import metric
from services.telemetry.convention import genai
from tests.factory import JOB_ID, consumed, make_request
from tests.otlp_receiver import ReceivedSpan, Taken, receive_traces
from tests.unit.gateway.conftest import Gateway, serve_in_process
from tests.unit.gateway.example import BODY
from tests.unit.llm.fake_provider import provide
from tests.unit.telemetry.trace.line import Line, arrive, as_demo, traced, traces_of

OURS = "0af7651916cd43dd8448eb211c80319c"
GIVEN = f"00-{OURS}-b7ad6b7169203331-01"
OPEN_METRICS = "application/openmetrics-text"
STAGES = ("table", "column", "row")


@pytest.fixture
def receiver() -> Iterator[Taken]:
    with receive_traces() as taken:
        yield taken


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with open_database(f"sqlite:///{tmp_path}/g.db") as database, open_compute() as compute:
        await database.write(upgrade)
        async with serve_in_process(database, compute, now=utc_now) as served:
            await served.projector.prepare("cluster")
            yield served


async def refuse(question: Question) -> Answer:
    raise ProviderError("too many requests", failure=Failure.RATE_LIMITED, code="429")


def now_ms() -> int:
    return int(utc_now().timestamp() * 1000)


def tried(trace: str | None = GIVEN, **headers: Any) -> ConsumedRecord:
    told = Headers(schema="stage-record/1", traceparent=trace, **headers)
    record = StageRecord(job=accept(make_request(), JOB_ID, utc_now())).to_json()
    return consumed(record, headers=told, timestamp_ms=now_ms())


async def run_through(line: Line, record: ConsumedRecord) -> ConsumedRecord:
    for stage in STAGES:
        record = await line.handle(stage, record)
    return record


async def test_a_job_is_one_trace_from_its_request_to_its_result(
    gateway: Gateway, receiver: Taken
) -> None:
    async with provide(as_demo) as model:
        line = Line(model.client.ask)
        with traced(receiver.url):
            answer = await gateway.client.post(
                "/v1/jobs", json=BODY, headers={"traceparent": GIVEN}
            )
            await run_through(line, arrive(gateway.publisher.published[-1]))
    job = answer.json()["jobId"]
    spans = {span.span_id: span for span in receiver.spans}
    at = receiver.named("send test.row.suggestions")
    way = [at.name]
    while at.parent_id in spans:
        at = spans[at.parent_id]
        way.append(at.name)
    assert [name.replace("test.", "") for name in reversed(way)] == [
        "POST /v1/jobs",
        "send table.requests",
        "process table.requests",
        "send table.suggestions",
        "process table.suggestions",
        "send column.suggestions",
        "process column.suggestions",
        "send row.suggestions",
    ]
    assert {span.trace_id for span in receiver.spans} == {OURS}
    assert answer.headers["traceparent"] == f"00-{OURS}-{at.span_id}-01"
    assert {span.told["app.job.id"] for span in receiver.spans} == {job}
    assert not any(span.has_failed or span.events for span in receiver.spans)
    for published in (*gateway.publisher.published, *line.published):
        assert len(traces_of(published[3])) == 1


async def test_a_model_call_says_what_the_convention_has_and_nothing_that_was_said(
    receiver: Taken,
) -> None:
    async with provide(as_demo) as model:
        with traced(receiver.url):
            await Line(model.client.ask).handle("table", tried())
    call, parent = receiver.named("chat m"), receiver.named("process table.requests")
    assert (call.kind, call.parent_id) == ("client", parent.span_id)
    assert call.told.keys() - genai.OF_SPANS == {
        "app.job.id",
        "app.stage",
        "app.tenant",
        "server.address",
        "server.port",
    }
    told = {name: call.told[name] for name in (genai.INPUT_TOKENS, genai.OUTPUT_TOKENS)}
    assert told == {genai.INPUT_TOKENS: 700, genai.OUTPUT_TOKENS: 10}
    assert call.told[genai.REQUEST_MODEL] == call.told[genai.RESPONSE_MODEL] == "m"
    assert call.told[genai.FINISH_REASONS] == ["stop"]
    assert parent.told["app.outcome"] == "succeeded"
    assert parent.told["app.calls"] == 1
    assert b"Planets" not in receiver.raw


@pytest.mark.parametrize(
    ("waited_ms", "trace"), [(0, OURS), (50_000, OURS), (70_000, None), (10**9, None)]
)
async def test_a_retry_is_linked_and_after_a_long_wait_in_a_trace_of_its_own(
    receiver: Taken, waited_ms: int, trace: str | None
) -> None:
    with traced(receiver.url):
        line = Line(refuse)
        waiting = await line.handle("table", tried())
        [sent] = traces_of(list(waiting.headers))
        again = {"attempt": 2, "first_failed_ms": now_ms() - waited_ms}
        await line.handle("table", tried(sent, **again))
    first, second = sorted(processed(receiver), key=lambda span: int(span.told["app.attempt"]))
    assert (first.told["error.type"], first.has_failed, first.events) == ("rate-limited", True, 0)
    published = receiver.named("send test.table.retry.5s", first.span_id)
    assert second.links == ((OURS, published.span_id, "retry"),)
    if trace is None:
        assert (second.trace_id != OURS, second.parent_id) == (True, "")
    else:
        assert (second.trace_id, second.parent_id) == (OURS, published.span_id)


@pytest.mark.parametrize(
    ("headers", "trace", "why"),
    [
        ({"trace": f"00-{'1' * 32}-{'2' * 16}-01", "redrive": 1}, "1" * 32, "redrive"),
        ({"trace": None}, None, "replay"),
    ],
)
async def test_what_is_put_back_or_run_again_leads_to_what_it_was(
    receiver: Taken, headers: dict[str, Any], trace: str | None, why: str
) -> None:
    with traced(receiver.url):
        published = await Line(refuse).handle("table", tried(trace_link=GIVEN, **headers))
    [span] = processed(receiver)
    assert span.links == ((OURS, "b7ad6b7169203331", why),)
    assert span.trace_id == trace if trace else span.trace_id != OURS
    assert "trace-link" not in dict(published.headers)


@pytest.mark.parametrize(
    "odd",
    [b"", b"junk", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01", b"x" * 100_000],
)
@pytest.mark.parametrize("is_traced", [True, False])
async def test_an_odd_traceparent_spoils_nothing(
    receiver: Taken, odd: bytes, is_traced: bool
) -> None:
    source = tried(None)
    headers = [*source.headers, ("traceparent", odd), ("trace-link", odd)]
    source = replace(source, headers=headers)
    async with provide(as_demo) as model:
        line = Line(model.client.ask)
        with traced(receiver.url, sdk_disabled=not is_traced):
            await line.handle("table", source)
    assert line.published[-1][0] == "test.table.suggestions"
    assert [span.has_failed for span in processed(receiver)] == [False] * is_traced
    assert len(traces_of(line.published[-1][3])) <= 1


async def test_each_job_of_a_batch_is_a_trace_of_its_own_that_leads_to_the_request(
    gateway: Gateway, receiver: Taken
) -> None:
    with traced(receiver.url):
        await gateway.client.post("/v1/jobs/batch", json={"jobs": [BODY, BODY]})
    request = receiver.named("POST /v1/jobs/batch")
    jobs = [span for span in receiver.spans if span.name == "accept job"]
    assert len({span.trace_id for span in (*jobs, request)}) == 3
    assert {span.links[0] for span in jobs} == {(request.trace_id, request.span_id, "batch")}
    sent = [span for span in receiver.spans if span.name == "send test.table.requests"]
    assert {span.parent_id for span in sent} == {span.span_id for span in jobs}


async def test_dots_lead_to_the_trace_and_lines_name_it(receiver: Taken) -> None:
    async with provide(as_demo) as model:
        with traced(receiver.url), capture_logs([merge_contextvars]) as lines:
            await Line(model.client.ask).handle("table", tried())
    text = metric.render_metrics(OPEN_METRICS)[0].decode()
    dots = [line for line in text.splitlines() if f'trace_id="{OURS}"' in line]
    for name in ("brainshare_stage_duration_seconds", "brainshare_llm_duration_seconds"):
        assert any(line.startswith(name) for line in dots)
    assert {"answer_checked", "answer_published"} <= {line["event"] for line in lines}
    assert {line.get("trace_id") for line in lines if "job_id" in line} == {OURS}


async def test_what_is_not_sampled_is_not_sent_and_goes_on_as_such(receiver: Taken) -> None:
    async with provide(as_demo) as model:
        line = Line(model.client.ask)
        with traced(receiver.url):
            await line.handle("table", tried(GIVEN[:-2] + "00"))
    assert receiver.spans == []
    [trace] = traces_of(line.published[-1][3])
    assert (trace[:35], trace[-2:]) == (GIVEN[:35], "00")


def processed(receiver: Taken) -> list[ReceivedSpan]:
    return [span for span in receiver.spans if span.kind == "consumer"]
