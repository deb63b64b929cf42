"""The canary: a job that asks for nothing, goes through every stage, and costs nothing."""

from typing import Any

CANARY_TENANT = "brainshare-canary"
"""Whose canaries are. No key is made for it, so that nobody else can post as one."""

CANARY_REQUEST: dict[str, Any] = {
    "tableId": "canary",
    "context": {"title": "Canary"},
    "want": {"columns": 0, "rows": 0, "fillExisting": False},
    "deadlineS": 86400,
}
"""What is posted. No stage makes a model call for it."""
