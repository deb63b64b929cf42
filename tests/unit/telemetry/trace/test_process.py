"""When spans are exported, to whom, and what it costs where they are not."""

import subprocess
import sys
from collections.abc import Iterator
from threading import enumerate as enumerate_threads
from time import monotonic
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from services.gateway.configuration import read_configuration
from services.lifecycle.settings import SettingsError
from services.telemetry.convention import genai
from services.telemetry.trace.process import TracingError, trace_process
from services.telemetry.trace.sdk import LAST_WORDS_S
from services.telemetry.trace.settings import TraceSettings
from services.telemetry.trace.span import NO_SPAN, Told, current_span, is_traced, open_span
from tests.otlp_receiver import Taken, receive_traces
from tests.unit.gateway.conftest import read_metric
from tests.unit.telemetry.trace.line import traced

HTTP, GRPC = "otlp_proto_http", "otlp_proto_grpc"
SENT = 'brainshare_trace_spans_total{outcome="sent"}'
FAILED = 'brainshare_trace_spans_total{outcome="failed"}'

OFF = """
import sys
from services.telemetry.trace.process import trace_process
from services.telemetry.trace.settings import TraceSettings
from services.telemetry.trace.span import open_span
import {module}
with trace_process(TraceSettings(), "s", "i"), open_span("nothing") as span:
    span.tell({{"a": 1}})
print(*sorted(name for name in sys.modules if name.startswith("opentelemetry")))
"""


@pytest.fixture(autouse=True)
def _nothing_is_sent_after_the_test() -> Iterator[None]:
    """What is still sent draws its waits at random, and no property may run beside that."""
    yield
    for thread in enumerate_threads():
        if thread.name == "last spans":
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Taken]:
    with receive_traces() as taken:
        yield taken


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("services.row_agent.app", "opentelemetry"),
        # FastAPI loads the names of spans itself, and nothing that makes one.
        ("services.gateway.__main__", ("opentelemetry.sdk", "opentelemetry.exporter")),
    ],
)
@pytest.mark.timeout(180)  # a busy machine's time to load a service
def test_where_nothing_is_exported_no_library_is_loaded(
    module: str, forbidden: str | tuple[str, ...]
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", OFF.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [name for name in told.stdout.split() if name.startswith(forbidden)] == []


def test_where_nothing_is_exported_a_span_is_nothing() -> None:
    with trace_process(TraceSettings(), "s", "i"), open_span("nothing") as span:
        assert span is current_span() is NO_SPAN
        assert not is_traced()


@pytest.mark.parametrize(
    ("given", "exporters"),
    [
        ({}, ()),
        ({"exporter_otlp_endpoint": "http://c:4318"}, (HTTP,)),
        ({"exporter_otlp_traces_endpoint": "http://c:4318/v1/traces"}, (HTTP,)),
        ({"traces_exporter": "otlp"}, (HTTP,)),
        ({"traces_exporter": "otlp", "exporter_otlp_protocol": "grpc"}, (GRPC,)),
        (
            {"traces_exporter": "otlp", "exporter_otlp_traces_protocol": "grpc"},
            (GRPC,),
        ),
        ({"traces_exporter": "console, otlp"}, ("console", HTTP)),
        ({"traces_exporter": "none", "exporter_otlp_endpoint": "http://c:4318"}, ()),
        ({"sdk_disabled": True, "traces_exporter": "otlp"}, ()),
    ],
)
def test_the_standard_settings_say_whether_and_by_what(
    given: dict[str, Any], exporters: tuple[str, ...]
) -> None:
    assert TraceSettings(**given).exporters == exporters


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {}),
        ({"exporter_otlp_endpoint": "http://c:4318/"}, {"endpoint": "http://c:4318/v1/traces"}),
        (
            {"exporter_otlp_endpoint": "http://c", "exporter_otlp_traces_endpoint": "http://d/x"},
            {"endpoint": "http://d/x"},
        ),
        (
            {"exporter_otlp_headers": "Authorization=Bearer%20a%3D,x=1"},
            {"headers": {"authorization": "Bearer a=", "x": "1"}},
        ),
        (
            {"exporter_otlp_headers": "a=1", "exporter_otlp_traces_headers": "b=2"},
            {"headers": {"b": "2"}},
        ),
    ],
)
def test_where_it_goes_and_what_is_sent_along(given: dict[str, Any], told: dict[str, Any]) -> None:
    assert TraceSettings(**given).tell_exporter(HTTP) == told
    assert TraceSettings(**given).tell_exporter("console") == {}


@pytest.mark.parametrize(
    "given",
    [
        {"exporter_otlp_protocol": "http/json"},
        {"exporter_otlp_headers": "Authorization: Bearer secret"},
        {"traces_exporter": "otlp;rm"},
    ],
)
def test_what_may_not_be_is_refused_without_showing_a_key(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        TraceSettings(**given)  # type: ignore[arg-type]
    assert len(raised.value.errors()) == 1


def test_a_wrong_setting_ends_the_start_in_a_line_without_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization: Bearer secret")
    with pytest.raises(SettingsError) as raised:
        read_configuration()
    assert str(raised.value) == (
        "OTEL_EXPORTER_OTLP_HEADERS: it must be name=value, several of them with a comma between"
    )


def test_an_exporter_that_is_not_installed_is_named() -> None:
    told = TraceSettings(traces_exporter="zipkin")
    with pytest.raises(
        TracingError, match=r"'zipkin' is installed, only: console, otlp_proto_http"
    ):
        trace_process(told, "s", "i").__enter__()
    assert not is_traced()


def test_a_missing_library_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "services.telemetry.trace.sdk", None)
    with pytest.raises(TracingError, match=r"brainshare\[otlp\]"):
        trace_process(TraceSettings(traces_exporter="otlp"), "s", "i").__enter__()


def test_an_endpoint_that_was_meant_for_others_ends_no_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "services.telemetry.trace.sdk", None)
    with capture_logs() as lines, traced("http://127.0.0.1:4318"):
        assert not is_traced()
    assert [line["event"] for line in lines] == ["tracing_not_installed"]


def test_a_process_says_what_it_is_and_sends_its_key(
    receiver: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    before = read_metric(SENT)
    with traced(receiver.url, exporter_otlp_headers="x-key=a%20b"), open_span("one"):
        pass
    [span] = receiver.spans
    assert receiver.headers[0]["x-key"] == "a b"
    assert span.resource["service.name"] == "brainshare-test"
    assert span.resource["service.namespace"] == "brainshare"
    assert span.resource["service.instance.id"] == "one"
    assert span.resource["deployment.environment.name"] == "test"
    assert read_metric(SENT) == before + 1


def test_a_name_of_the_environment_goes_before_ours(
    receiver: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "suggestions")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
    with traced(receiver.url), open_span("one"):
        pass
    assert receiver.spans[0].resource["service.name"] == "suggestions"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "10"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "-1"),
    ],
)
def test_what_opentelemetry_does_not_take_ends_the_start_in_a_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    told = TraceSettings(exporter_otlp_endpoint="http://127.0.0.1:4318")
    with pytest.raises(TracingError, match=r"OTEL_\*: [^\n]+$"):
        trace_process(told, "s", "i").__enter__()


def test_what_a_stranger_s_server_says_takes_no_batch_with_it(
    receiver: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    odd: Told = {"text": "\ud800", "long": "x" * 10**6, "count": 2**70, "parts": ("\udfff",) * 999}
    with traced(receiver.url), open_span("odd \ud800", told=odd) as span:
        span.fail("\ud800", "\ud800" * 9999)
    [span_sent] = receiver.spans
    assert (span_sent.name, span_sent.has_failed) == ("odd ?", True)
    assert (span_sent.told["text"], len(span_sent.told["long"])) == ("?", 256)
    assert (span_sent.told["count"], len(span_sent.told["parts"])) == (str(2**70), 16)
    assert receiver.headers[0]["content-encoding"] == "gzip"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "nonsense"])
def test_a_receiver_that_is_away_costs_a_line_and_a_moment(url: str) -> None:
    before, begun = read_metric(FAILED), monotonic()
    with capture_logs() as lines, traced(url):
        for _ in range(3):
            with open_span("lost"):
                pass
    assert monotonic() - begun < LAST_WORDS_S + 5
    told = [line for line in lines if line["event"] == "spans_not_taken"]
    assert len(told) <= 1
    assert read_metric(FAILED) in (before, before + 3)


def test_a_receiver_that_refuses_is_told_once_with_its_reason(receiver: Taken) -> None:
    receiver.status = 401
    before = read_metric(FAILED)
    with capture_logs() as lines, traced(receiver.url), open_span("refused"):
        pass
    [line] = [line for line in lines if line["event"] == "spans_not_taken"]
    assert (line["log_level"], "401" in line["reason"]) == ("warning", True)
    assert read_metric(FAILED) == before + 1


def test_a_failure_is_told_by_its_type_and_not_by_its_words(receiver: Taken) -> None:
    with traced(receiver.url), pytest.raises(ValueError, match="a cell"), open_span("odd"):
        raise ValueError("a cell of somebody's table")
    [span] = receiver.spans
    assert (span.has_failed, span.told["error.type"], span.events) == (True, "ValueError", 0)
    assert b"somebody" not in receiver.raw


def test_the_names_of_the_convention_are_those_of_the_release_that_we_name() -> None:
    from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
    from opentelemetry.semconv.schemas import Schemas

    known = {value for value in vars(gen_ai_attributes).values() if isinstance(value, str)}
    assert set(genai.OF_SPANS) <= known
    latest = [*Schemas][-1].value
    assert latest.endswith(f"/{genai.SPANS_OF}.0")
