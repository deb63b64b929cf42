"""The Faust app of the row stage, for `faust -A services.row_agent.app worker`."""

from services.row_agent.stage import STAGE
from services.stage_runtime.run import build_app

app = build_app(STAGE)
