"""Runs the column stage: `python -m services.column_agent`."""

from services.column_agent.app import app
from services.stage_runtime.worker import run

run(app)
