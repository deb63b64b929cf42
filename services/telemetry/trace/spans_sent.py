"""Counts the spans that a receiver has taken, and says once when it takes none."""

import logging
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from services.telemetry.log import get_log
from services.telemetry.metric import TRACE_SPANS

EXPORTERS = logging.getLogger("opentelemetry.exporter")

log = get_log()


class LastWords(logging.Handler):
    """Keeps what an exporter said last, which would be a line for each batch of an outage."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.said = record.getMessage()


class SpansSent(SpanExporter):
    """An exporter that is looked at. Nothing that it raises goes further."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._words = LastWords()
        self._is_taken = True
        EXPORTERS.propagate = False
        EXPORTERS.addHandler(self._words)
        for outcome in ("sent", "failed"):
            TRACE_SPANS.labels(outcome)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send some."""
        try:
            result = self._exporter.export(spans)
        except Exception as error:
            self._words.said = type(error).__name__
            result = SpanExportResult.FAILURE
        is_taken = result is SpanExportResult.SUCCESS
        TRACE_SPANS.labels("sent" if is_taken else "failed").inc(len(spans))
        if not is_taken and self._is_taken:
            log.warning("spans_not_taken", reason=self._words.said)
        elif is_taken and not self._is_taken:
            log.info("spans_taken_again")
        self._is_taken = is_taken
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()
        EXPORTERS.removeHandler(self._words)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)
