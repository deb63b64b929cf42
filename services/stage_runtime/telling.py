"""What a stage's process tells of itself: its log, its errors, its spans."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.lifecycle.settings import require_settings
from services.telemetry.error_report import ReporterError, ReportSettings, report_errors
from services.telemetry.log import configure_logging
from services.telemetry.trace.process import TracingError, trace_process
from services.telemetry.trace.settings import TraceSettings

TELLING_REFUSALS = (ReporterError, TracingError)


@contextmanager
def tell_of_process(stage: str, worker: str) -> Iterator[None]:
    """Tell while the block runs.

    Args:
        worker: The stable name of the process.

    Raises:
        ReporterError, TracingError: It cannot be told to whom the settings say.
    """
    configure_logging(worker)
    report_errors(require_settings(ReportSettings), worker)
    with trace_process(require_settings(TraceSettings), f"{stage}-agent", worker):
        yield
