"""Every model call is counted by how it ended."""

from typing import Any

import pytest

from schemas.record import Engine, Usage
from services.stage_runtime.error import ProviderError
from services.stage_runtime.metric import render_metrics
from services.stage_runtime.model_answer import Answer
from services.stage_runtime.model_metric import observe_calls


async def answer(messages: list[dict[str, str]], response_format: dict[str, Any]) -> Answer:
    return Answer("{}", "m", Engine.MODEL, None, Usage(), 0.1)


async def fail(messages: list[dict[str, str]], response_format: dict[str, Any]) -> Answer:
    raise ProviderError("down")


async def test_a_call_is_counted_by_how_it_ended() -> None:
    await observe_calls("counted", answer)([], {})
    with pytest.raises(ProviderError):
        await observe_calls("counted", fail)([], {})
    text = render_metrics()[0].decode()
    assert 'brainshare_llm_requests_total{outcome="ok",stage="counted"} 1.0' in text
    assert 'brainshare_llm_requests_total{outcome="server-error",stage="counted"} 1.0' in text
    assert 'brainshare_llm_duration_seconds_count{stage="counted"} 2.0' in text
    assert 'brainshare_llm_in_flight{stage="counted"} 0.0' in text
