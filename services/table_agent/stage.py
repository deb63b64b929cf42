"""The declaration of the table stage."""

from schemas.canary import CANARY_TENANT
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.suggestion import TableSuggestion
from schemas.table.wire import WireTable
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.checks import CHECKS, begin
from services.table_agent.prompt import INSTRUCTIONS, VERSION, say_task


def answer_without_call(record: StageRecord) -> TableSuggestion | None:
    """The canary asks for nothing: it shows that this stage is passed."""
    job = record.job
    return TableSuggestion(title=job.context.title) if job.tenant == CANARY_TENANT else None


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
    answer_without_call=answer_without_call,
)
