"""Reads which models a server has."""

from typing import Any

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.exchange.completion import read_body


def read_only_model(content: bytes) -> str:
    """The model of a server that has one.

    Raises:
        ProviderError: It has none, or several, or does not tell.
    """
    body = read_body(content)
    entries: Any = body.get("data") if isinstance(body, dict) else None
    names: list[str] = [
        entry["id"]
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]
    if len(names) == 1:
        return names[0]
    message = f"the model server has {len(names)} models: set LLM_MODEL to one of them"
    raise ProviderError(message, failure=Failure.NO_SUCH_MODEL, code="no-model")
