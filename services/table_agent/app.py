"""The Faust app of the table stage, for `faust -A services.table_agent.app worker`."""

from services.stage_runtime.run import build_app
from services.table_agent.stage import STAGE

app = build_app(STAGE)
