"""The Faust app of the column stage, for `faust -A services.column_agent.app worker`."""

from services.column_agent.stage import STAGE
from services.stage_runtime.run import build_app

app = build_app(STAGE)
