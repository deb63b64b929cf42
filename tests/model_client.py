"""The client that stages call models with, outside of a stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.llm.client import ModelClient
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import open_transport


@asynccontextmanager
async def open_model_client(settings: LlmSettings, concurrency: int) -> AsyncIterator[ModelClient]:
    """Make a client that counts nothing and keeps to no daily budget.

    Args:
        concurrency: Most calls at a time.
    """
    async with open_transport(settings, concurrency) as transport:
        yield ModelClient(transport, settings, TurnQueue(Concurrency(concurrency)))
