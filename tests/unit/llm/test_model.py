"""Opening the model side: what is refused, what is said, what is exported. Nothing is called."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.llm.model import open_model
from services.llm.server.settings import LlmSettings, ModelSettingsError
from services.telemetry.metric import render_metrics

KEY = SecretStr("sk-canary")
UNPRICED: dict[str, Any] = {"api_key": KEY, "model": "nobody-knows-it"}


async def say(tmp_path: Path, stage: str = "s", **given: Any) -> dict[str, Any]:
    """Open the model and return the line that says which it is."""
    settings, spending = LlmSettings(**given), tmp_path / "spending.json"
    with capture_logs() as lines:
        async with open_model(settings, stage, TurnQueue(Concurrency(4)), spending):
            pass
    return dict(lines[0])


SAID = [
    ({}, ("demo", "demo", "demo-table-1", "OPENAI_API_KEY is not set", "known")),
    ({"api_key": KEY}, ("openai", "model", "gpt-4.1", "OPENAI_API_KEY is set", "known")),
    (UNPRICED, ("openai", "model", "nobody-knows-it", "OPENAI_API_KEY is set", "not known")),
    (
        {"base_url": "http://10.0.0.7:9/v1"},
        ("custom", "model", "the only one", "OPENAI_BASE_URL is set, without a key", "not known"),
    ),
    (
        {"profile": "ollama", "model": "m"},
        ("ollama", "model", "m", "LLM_PROFILE is ollama", "known"),
    ),
]


@pytest.mark.parametrize(("given", "expected"), SAID)
async def test_the_start_says_which_model_is_live_and_why(
    tmp_path: Path, given: dict[str, Any], expected: tuple[str, ...]
) -> None:
    line = await say(tmp_path, **given)
    names = ("profile", "engine", "model", "because", "price")
    begun = tuple(line[name][: len(start)] for name, start in zip(names, expected, strict=True))
    assert begun == expected
    assert "canary" not in str(line)


async def test_a_daily_budget_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelSettingsError, match="price of nobody-knows-it is not known"):
        await say(tmp_path, daily_budget_usd=1.0, **UNPRICED)


async def test_a_daily_budget_with_a_price_is_kept(tmp_path: Path) -> None:
    prices: dict[str, Any] = {"price_input_per_mtok": 1.0, "price_output_per_mtok": 1.0}
    assert (await say(tmp_path, daily_budget_usd=1.0, **UNPRICED, **prices))["price"] == "known"


async def test_the_demo_is_refused_in_production(tmp_path: Path) -> None:
    with pytest.raises(ModelSettingsError, match="LLM_ALLOW_DEMO"):
        await say(tmp_path, environment="production")


async def test_the_step_of_the_ladder_and_the_limit_on_calls_are_exported(tmp_path: Path) -> None:
    await say(tmp_path, stage="exported")
    text = render_metrics()[0].decode()
    step = 'brainshare_llm_json_level{level="json-schema-strict",stage="exported"} 1.0'
    assert step in text
    assert 'brainshare_llm_token_limit{of="answer",stage="exported"} 0.0' in text
    assert 'brainshare_llm_concurrency_limit{stage="exported"} 4.0' in text
    assert "sk-canary" not in text
