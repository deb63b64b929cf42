"""The declaration of the table stage."""

from schemas.stage import StageName
from schemas.table.suggestion import TableSuggestion
from schemas.table.wire import WireTable
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.checks import CHECKS, begin
from services.table_agent.prompt import INSTRUCTIONS, VERSION, say_task

STAGE = Stage(
    name=StageName.TABLE,
    wire_name="table_suggestion_v1",
    prompt_version=VERSION,
    instructions=INSTRUCTIONS,
    task=say_task,
    wire=WireTable,
    suggestion=TableSuggestion,
    checks=CHECKS,
    begin=begin,
    answer_without_call=lambda record: None,
)
