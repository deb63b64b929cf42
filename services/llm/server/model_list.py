"""Which model of a server is asked: the one that is named, or the only one that it has."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.exchange.body import read_body


class ModelChoice:
    """The model that is asked.

    Args:
        name: As set or guessed; "" for the only one that the server has.
        is_guessed: Whether nobody has named it.
        read_list: Reads the server's list of models.
    """

    def __init__(
        self, name: str, is_guessed: bool, read_list: Callable[[], Awaitable[bytes]]
    ) -> None:
        self._name = name
        self._is_guessed = is_guessed
        self._read_list = read_list
        self._finding = asyncio.Lock()

    async def find(self) -> str:
        """Its name.

        Raises:
            StageError: There is not exactly one, or the server does not tell.
        """
        if not self._name:
            async with self._finding:
                self._name = self._name or read_only_model(await self._read_list())
        return self._name

    async def correct(self, refused: str) -> bool:
        """Whether there is another to ask than the refused one, whose name was a guess."""
        async with self._finding:
            if self._is_guessed:
                self._is_guessed = False
                with suppress(StageError):
                    self._name = read_only_model(await self._read_list())
            return self._name != refused


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
