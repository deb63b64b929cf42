"""Runs the column stage: `python -m services.column_agent`."""

from services.column_agent.app import app
from services.stage_runtime.run import run

run(app)
