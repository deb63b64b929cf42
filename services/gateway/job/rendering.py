"""What is made of a job for those who read it: bytes. Pure, and large where the job is."""

from dataclasses import dataclass

from schemas.api.result import assemble_result
from schemas.job.record import Engine
from services.gateway.job.result_csv import write_csv
from services.gateway.job.store import StoredJob
from services.gateway.job.view import open_record, show_status


@dataclass(frozen=True)
class Rendering:
    """A job, rendered.

    Attributes:
        engine: What answered, where that is told beside the body.
        is_passing: Whether the record of it has yet to be read: then it is not kept.
    """

    body: bytes
    engine: Engine | None = None
    is_passing: bool = False


def render_status(job: StoredJob, value: bytes | None) -> Rendering:
    """The status of a job, as JSON."""
    return Rendering(show_status(job, value).to_json())


def render_result(job: StoredJob, value: bytes | None) -> Rendering:
    """What a job came to, as JSON; without a body where it has come to nothing."""
    if value is None:
        return Rendering(b"")
    result = assemble_result(open_record(job, value))
    return Rendering(result.to_json(), result.engine)


def render_csv(job: StoredJob, value: bytes | None) -> Rendering:
    """The final table of a job; without a body where it has none."""
    if value is None:
        return Rendering(b"")
    record = open_record(job, value)
    result = assemble_result(record)
    return Rendering(write_csv(record, result.engine) if result.columns else b"", result.engine)
