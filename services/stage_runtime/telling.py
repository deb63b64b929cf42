"""What a stage's process tells of itself: its log, its errors, its spans, its metrics."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.failure.verdict import RETRIED
from services.lifecycle.settings import require_settings
from services.stage_runtime.processing.outcome import OUTCOMES
from services.telemetry import metric
from services.telemetry.error_report import ReporterError, ReportSettings, report_errors
from services.telemetry.log import configure_logging
from services.telemetry.log_settings import LogSettings
from services.telemetry.trace.process import TracingError, trace_process
from services.telemetry.trace.settings import TraceSettings

TELLING_REFUSALS = (ReporterError, TracingError)


def tell_of_process(stage: str, worker: str) -> AbstractContextManager[None]:
    """Tell while the block runs.

    The settings are read at once, and a wrong one ends the process here: within Faust, which
    catches an exit, the line that says so would not be the last one.

    Args:
        worker: The stable name of the process.

    Raises:
        ReporterError, TracingError: By the block: it cannot be told to whom the settings say.
    """
    log, report = require_settings(LogSettings), require_settings(ReportSettings)
    return _tell(stage, worker, log, report, require_settings(TraceSettings))


def show_stage(stage: StageName, worker: str) -> None:
    """Export the build, and as 0 what may become of jobs; a replay's counts come with the first."""
    metric.tell_build(worker)
    metric.show_stage(stage.value, Purpose.JOB, (o.name for o in OUTCOMES), RETRIED, ErrorKind)


@contextmanager
def _tell(
    stage: str, worker: str, log: LogSettings, report: ReportSettings, trace: TraceSettings
) -> Iterator[None]:
    configure_logging(worker, log.number, log.format)
    report_errors(report, worker)
    with trace_process(trace, f"{stage}-agent", worker):
        yield
