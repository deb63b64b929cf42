"""The declaration of the table stage."""

from schemas.stage import StageName
from schemas.suggestion import TableSuggestion
from services.stage_runtime.stage import Stage
from services.table_agent.checks import check
from services.table_agent.prompt import INSTRUCTIONS, VERSION

STAGE = Stage(
    name=StageName.TABLE,
    wire_name="table_suggestion_v1",
    prompt_version=VERSION,
    instructions=INSTRUCTIONS,
    suggestion=TableSuggestion,
    check=check,
    answer_without_call=lambda record: None,
)
