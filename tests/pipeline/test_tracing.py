"""The services of a stack send one trace of a job to a receiver of OTLP, retries included."""

from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.otlp_receiver import ReceivedSpan, Taken, receive_traces
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.pipeline.webhook_endpoint import WEBHOOKS, open_endpoint
from tests.stack import RETRIES, running_stack, wait_until

SENT_OFTEN = {"OTEL_BSP_SCHEDULE_DELAY": "200"}
TOLD = "deliver job.completed"
FAILED_CALLS = 3
"""So many end an attempt."""


def spans_of(taken: Taken, job_id: str) -> list[ReceivedSpan]:
    return [span for span in taken.spans if span.told.get("app.job.id") == job_id]


@pytest.mark.timeout(180)
def test_every_service_adds_to_the_one_trace_of_a_job(tmp_path: Path) -> None:
    with receive_traces() as taken:
        env = RETRIES | SENT_OFTEN | WEBHOOKS | {"OTEL_EXPORTER_OTLP_ENDPOINT": taken.url}
        with (
            running_stack(tmp_path, "--with-demo", env=env) as stack,
            open_endpoint(stack.gateway_url),
            connect(stack.gateway_url) as gateway,
        ):
            demo = DemoServer(f"http://{stack.address('demo-llm')}")
            demo.misbehave("500", at_most=FAILED_CALLS)
            job = run(gateway, PLANETS)
            job_id, ends = str(job.job_id), {"send row.suggestions", TOLD}
            wait_until(
                lambda: ends <= {span.name for span in spans_of(taken, job_id)},
                30,
                "the spans of the result and of the webhook have come",
            )
    assert job.status is JobState.COMPLETED
    spans = spans_of(taken, job_id)
    services = {span.resource["service.name"] for span in spans}
    assert services == {"gateway", "table-agent", "column-agent", "row-agent"}
    assert len({span.trace_id for span in spans}) == 1
    ids = {span.span_id for span in spans}
    assert [span.name for span in spans if span.parent_id not in ids] == ["POST /v1/jobs"]
    [result] = [span for span in spans if span.name == "send row.suggestions"]
    [told] = [span for span in spans if span.name == TOLD]
    assert (told.parent_id, told.told["app.outcome"]) == (result.span_id, "taken")
    tried = [span for span in spans if span.name == "process table.requests"]
    assert sorted(span.told["app.outcome"] for span in tried) == ["retry_later", "succeeded"]
    [again] = [span for span in tried if span.links]
    assert (again.told["app.attempt"], again.links[0][2]) == (2, "retry")
    calls = [span for span in spans if span.name.startswith("chat ")]
    assert sum(span.has_failed for span in calls) == FAILED_CALLS
    assert len(calls) == FAILED_CALLS + len(job.stages)
