"""Opens what the agents ask the model with, without an agent around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.llm.exchange.question import Ask
from services.llm.server.settings import LlmSettings
from tests.model_client import open_model_client


@asynccontextmanager
async def open_ask(settings: LlmSettings, concurrency: int) -> AsyncIterator[Ask]:
    """Connect to the model server of the settings; a daily budget is not kept."""
    settings.refuse_unfit()
    async with open_model_client(settings, concurrency) as client:
        yield client.ask
