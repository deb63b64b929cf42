"""The declaration of the row stage."""

from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestions
from schemas.table.wire import WireRows
from services.row_agent.checks import CHECKS, begin
from services.row_agent.prompt import INSTRUCTIONS, VERSION, say_task
from services.stage_runtime.suggestion.stage import Stage


def answer_without_call(record: StageRecord) -> RowSuggestions | None:
    """No rows when none are asked for."""
    return RowSuggestions() if record.job.want.rows == 0 else None


STAGE = Stage(
    name=StageName.ROW,
    wire_name="row_suggestions_v1",
    prompt_version=VERSION,
    instructions=INSTRUCTIONS,
    task=say_task,
    wire=WireRows,
    suggestion=RowSuggestions,
    checks=CHECKS,
    begin=begin,
    answer_without_call=answer_without_call,
)
