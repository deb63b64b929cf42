"""Exports the spans of a process for as long as it runs, where the settings name an exporter."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from services.telemetry.log import get_log
from services.telemetry.release import find_release
from services.telemetry.trace.settings import TraceSettings
from services.telemetry.trace.span import use

if TYPE_CHECKING:
    from services.telemetry.trace.sdk import SdkTracer

NAMESPACE = "brainshare"
INSTALL = "pip install 'brainshare[otlp]'"

log = get_log()


class TracingError(Exception):
    """Spans cannot be exported as the settings say."""


@contextmanager
def trace_process(settings: TraceSettings, service: str, instance: str) -> Iterator[None]:
    """Open spans while the block runs, if there is who takes them; then send the last of them.

    Args:
        service: What the process is, the same for all of its kind.
        instance: Which one it is.

    Raises:
        TracingError: What is named is not installed.
    """
    tracer = _make_tracer(settings, service, instance) if settings.exporters else None
    if tracer is None:
        yield
        return
    use(tracer)
    log.info("tracing_started", exporters=list(settings.exporters))
    try:
        yield
    finally:
        use(None)
        tracer.close()


def _make_tracer(settings: TraceSettings, service: str, instance: str) -> "SdkTracer | None":
    names = settings.exporters
    try:
        from services.telemetry.trace.sdk import make_tracer, open_exporter
    except ModuleNotFoundError as error:
        if not settings.traces_exporter:
            # An endpoint alone may be meant for others: it was there before we knew of it.
            log.warning("tracing_not_installed", install=INSTALL)
            return None
        told = f"spans are to go to {', '.join(names)}"
        raise TracingError(f"{told}, and opentelemetry-sdk is not installed: {INSTALL}") from error
    try:
        exporters = [open_exporter(name, settings.tell_exporter(name)) for name in names]
        return make_tracer(exporters, _describe(service, instance))
    except LookupError as error:
        raise TracingError(f"OTEL_TRACES_EXPORTER: {error.args[0]}: {INSTALL}") from error
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise TracingError(f"OpenTelemetry does not take a setting of OTEL_*: {reason}") from error


def _describe(service: str, instance: str) -> dict[str, str]:
    """What is said of a process on each of its spans."""
    return {
        "service.name": service,
        "service.namespace": NAMESPACE,
        "service.version": find_release(),
        "service.instance.id": instance,
    }
