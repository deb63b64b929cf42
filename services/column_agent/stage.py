"""The declaration of the column stage."""

from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import ColumnSuggestions
from schemas.table.wire import WireColumns
from services.column_agent.checks import CHECKS, begin
from services.column_agent.prompt import INSTRUCTIONS, VERSION, say_task
from services.stage_runtime.suggestion.stage import Stage


def answer_without_call(record: StageRecord) -> ColumnSuggestions | None:
    """No columns when none are asked for."""
    return ColumnSuggestions() if record.job.want.columns == 0 else None


STAGE = Stage(
    name=StageName.COLUMN,
    wire_name="column_suggestions_v1",
    prompt_version=VERSION,
    instructions=INSTRUCTIONS,
    task=say_task,
    wire=WireColumns,
    suggestion=ColumnSuggestions,
    checks=CHECKS,
    begin=begin,
    answer_without_call=answer_without_call,
)
