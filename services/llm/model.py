"""The model side of a stage's process: settings in, a way to ask out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.llm.arrival.pulse import Pulse
from services.llm.call_metric import observe_calls, observe_usage
from services.llm.client import ModelClient
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Ask
from services.llm.limit.budget import DailyBudget
from services.llm.limit.turn import TurnQueue
from services.llm.server.settings import LlmSettings, ModelSettingsError
from services.llm.server.transport import open_transport
from services.llm.server_memory import ServerMemory
from services.telemetry import metric
from services.telemetry.log import get_log

log = get_log()


@asynccontextmanager
async def open_model(
    settings: LlmSettings, stage: str, turns: TurnQueue, spending: Path
) -> AsyncIterator[Ask]:
    """Make ready to ask the model that the settings name. Connects with the first call.

    Args:
        turns: Whose turn it is, within the limits of the process.
        spending: The file in which the worker keeps what it has spent today; beside it is what the
            workers have learned of the server.

    Raises:
        ModelSettingsError: No call may be made with these settings.
    """
    settings.refuse_unfit()
    daily = DailyBudget(settings.daily_budget_usd, spending)
    _tell(settings, stage)
    memory, observe = _open_memory(settings, spending.parent), observe_usage(stage)
    pulse = Pulse(memory.pulse_path)
    async with open_transport(settings, turns.concurrency.ceiling, pulse) as transport:
        client = ModelClient(transport, settings, turns, daily, observe, memory)
        metric.LLM_CONCURRENCY_LIMIT.labels(stage).set_function(lambda: turns.concurrency.limit)
        _export_limits(stage, client)
        _export_spending(settings, stage, daily, client)
        for mode in OutputMode:
            _export_mode(stage, mode, client)
        yield observe_calls(stage, client.ask)


def _open_memory(settings: LlmSettings, own: Path) -> ServerMemory:
    server = f"{settings.effective_base_url} {settings.effective_model}"
    return ServerMemory(settings.memory_dir or own, server)


def _export_limits(stage: str, client: ModelClient) -> None:
    told = metric.LLM_TOKEN_LIMIT
    told.labels(stage, "answer").set_function(lambda: float(client.limit.output or 0))
    told.labels(stage, "context").set_function(lambda: float(client.limit.window or 0))


def _export_spending(
    settings: LlmSettings, stage: str, daily: DailyBudget, client: ModelClient
) -> None:
    told = settings.effective_profile.value, settings.effective_model or "the only one"
    metric.tell_model(stage, *told)
    metric.LLM_DAILY_BUDGET.labels(stage).set(settings.daily_budget_usd or 0.0)
    metric.LLM_SPENT_TODAY.labels(stage).set_function(lambda: daily.spent_usd)
    metric.LLM_CIRCUIT_OPEN.labels(stage).set_function(lambda: float(client.is_provider_down))


def _export_mode(stage: str, mode: OutputMode, client: ModelClient) -> None:
    metric.LLM_LEVEL.labels(stage, mode.value).set_function(
        lambda: float(client.fallback.mode is mode)
    )


def _tell(settings: LlmSettings, stage: str) -> None:
    """Say which model is live and why, and whether its price is known."""
    is_priced = settings.price.worst_usd(settings.effective_model, 1, 1) is not None
    if settings.daily_budget_usd is not None and not is_priced:
        raise ModelSettingsError(
            "LLM_DAILY_BUDGET_USD cannot be kept, since the price of"
            f" {settings.effective_model or 'the model'} is not known: set"
            " LLM_PRICE_INPUT_PER_MTOK and LLM_PRICE_OUTPUT_PER_MTOK"
        )
    log.info(
        "model_chosen",
        stage=stage,
        profile=settings.effective_profile.value,
        engine="demo" if settings.is_demo else "model",
        model=settings.effective_model or "the only one that the server has",
        json_level=(settings.level or settings.known.level).value,
        because=settings.why,
        price="known" if is_priced else "not known: cost is left out",
    )
