"""Spans as OpenTelemetry's SDK makes them: the one importer of it, loaded only where it is used."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points, version
from threading import Thread
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
)

from services.telemetry.trace.attribute import ERROR, INHERITED, WHY
from services.telemetry.trace.span import (
    CURRENT,
    NO_SPAN,
    Kind,
    Link,
    Parent,
    Span,
    Told,
    Value,
)
from services.telemetry.trace.spans_sent import SpansSent
from services.telemetry.trace.traceparent import TraceContext

GROUP = "opentelemetry_traces_exporter"
MOST_CHARS, MOST_PARTS, INT64 = 256, 16, 2**63
LAST_WORDS_S = 2.0
"""How long an end waits for a receiver to take the last spans."""


def open_exporter(name: str, told: Mapping[str, Any]) -> SpanExporter:
    """The exporter that a package has registered under a name.

    Raises:
        LookupError: None has.
    """
    found = [*entry_points(group=GROUP, name=name)]
    if not found:
        known = ", ".join(sorted(entry_points(group=GROUP).names))
        raise LookupError(f"no exporter {name!r} is installed, only: {known}")
    exporter: SpanExporter = found[0].load()(**told)
    return exporter


def make_tracer(exporters: Sequence[SpanExporter], told: dict[str, str]) -> "SdkTracer":
    """A tracer of a process, of which these things are told where the environment says no other."""
    resource = Resource.create().merge(Resource(told)).merge(OTELResourceDetector().detect())
    # An exit hook of its own would wait for a receiver that is away.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(SpansSent(exporter)))
    return SdkTracer(provider)


class SdkTracer:
    """Opens spans in a provider."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("brainshare", version("brainshare"))

    @contextmanager
    def open(
        self, name: str, kind: Kind, told: Told, parent: Parent, link: Link | None
    ) -> Iterator[Span]:
        """Open a span that ends with the block. A failure that leaves the block is its failure."""
        context, inherited = _find_parent(parent)
        with self._tracer.start_as_current_span(
            _clean(name),
            context=context,
            kind=SpanKind[kind.name],
            attributes=inherited | _said(told),
            links=[trace.Link(_enter(link.to), {WHY: link.why})] if link else None,
            # Both would send messages of exceptions, which may hold a cell of a table.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            ours = SdkSpan(span)
            try:
                yield ours
            except BaseException as error:
                ours.fail(type(error).__name__)
                raise

    def current(self) -> Span:
        """The span that is under way."""
        span = get_current_span()
        return SdkSpan(span) if span.get_span_context().is_valid else NO_SPAN

    def close(self) -> None:
        """Send the last spans, for a moment at most."""
        closing = Thread(target=self._provider.shutdown, daemon=True, name="last spans")
        closing.start()
        closing.join(LAST_WORDS_S)


class SdkSpan:
    """A span of the SDK."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        at = span.get_span_context()
        trace_id, span_id = trace.format_trace_id(at.trace_id), trace.format_span_id(at.span_id)
        self.context: TraceContext | None = TraceContext(trace_id, span_id, at.trace_flags)

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        self._span.update_name(_clean(name))

    def tell(self, told: Told) -> None:
        """Say more of it."""
        self._span.set_attributes(_said(told))

    def fail(self, kind: str, message: str = "") -> None:
        """Say that it went wrong."""
        status = self._span.status if isinstance(self._span, ReadableSpan) else None
        if status is not None and status.status_code is StatusCode.ERROR:
            return
        self._span.set_attribute(ERROR, _clean(kind))
        self._span.set_status(Status(StatusCode.ERROR, _clean(message) or None))


def _said(told: Told) -> dict[str, str | int | float | bool | Sequence[str]]:
    return {name: _sendable(value) for name, value in told.items() if value is not None}


def _sendable(value: Value) -> Value:
    """A value as OTLP holds it: one that it does not would take its whole batch with it."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, tuple):
        return tuple(map(_clean, value[:MOST_PARTS]))
    return value if isinstance(value, float) or abs(value) < INT64 else str(value)


def _clean(text: str) -> str:
    return text[:MOST_CHARS].encode(errors="replace").decode()


def _enter(context: TraceContext) -> SpanContext:
    ids = int(context.trace_id, 16), int(context.span_id, 16)
    return SpanContext(*ids, is_remote=True, trace_flags=TraceFlags(context.flags))


def _find_parent(
    parent: Parent,
) -> tuple[Context | None, dict[str, str | int | float | bool | Sequence[str]]]:
    """The SDK's context of a parent, None for what is under way, and what is said of that, too."""
    if parent is None:
        return Context(), {}
    under_way = get_current_span()
    if parent is not CURRENT and SdkSpan(under_way).context != parent:
        return trace.set_span_in_context(NonRecordingSpan(_enter(parent)), Context()), {}
    said = (under_way.attributes if isinstance(under_way, ReadableSpan) else None) or {}
    return None, {name: said[name] for name in INHERITED if name in said}  # type: ignore[misc]
