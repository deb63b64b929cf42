"""Runs the row stage: `python -m services.row_agent`."""

from services.row_agent.app import app
from services.stage_runtime.worker import run

run(app)
