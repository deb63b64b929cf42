"""Runs the table stage: `python -m services.table_agent`."""

from services.stage_runtime.worker import run
from services.table_agent.app import app

run(app)
