"""Every model call is counted by how it ended."""

from dataclasses import replace

import pytest

from schemas.job.purpose import Purpose
from schemas.job.record import Engine, Usage
from services.failure.error import ProviderError
from services.llm.call_metric import observe_calls, observe_usage
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.telemetry.metric import render_metrics

QUESTION = Question([], {})


async def answer(question: Question) -> Answer:
    return Answer("{}", "m", Engine.MODEL, None, Usage(), 0.1)


async def fail(question: Question) -> Answer:
    raise ProviderError("down")


async def test_a_call_is_counted_by_how_it_ended() -> None:
    await observe_calls("counted", answer)(QUESTION)
    with pytest.raises(ProviderError):
        await observe_calls("counted", fail)(QUESTION)
    text = render_metrics()[0].decode()
    assert 'brainshare_llm_requests_total{outcome="ok",purpose="job",stage="counted"} 1.0' in text
    assert (
        'brainshare_llm_requests_total{outcome="server-error",purpose="job",stage="counted"} 1.0'
        in text
    )
    assert 'brainshare_llm_duration_seconds_count{stage="counted"} 2.0' in text
    assert 'brainshare_llm_in_flight{stage="counted"} 0.0' in text


async def test_a_shadow_s_call_is_counted_apart() -> None:
    with pytest.raises(ProviderError):
        await observe_calls("shadowed", fail)(replace(QUESTION, purpose=Purpose.REPLAY))
    told = 'brainshare_llm_requests_total{outcome="server-error",purpose="%s",stage="shadowed"} %s'
    text = render_metrics()[0].decode()
    assert told % ("replay", "1.0") in text
    assert told % ("job", "0.0") in text


async def test_the_calls_of_the_last_minute_are_told_apart_from_all_others() -> None:
    answers = iter((answer, fail, answer))
    observed = observe_calls("of late", lambda question: next(answers)(question))
    await observed(QUESTION)
    with pytest.raises(ProviderError):
        await observed(QUESTION)
    await observed(QUESTION)
    text = render_metrics()[0].decode()
    name = "brainshare_llm_recent_requests"
    assert f'{name}{{outcome="ok",stage="of late"}} 2.0' in text
    assert f'{name}{{outcome="server-error",stage="of late"}} 1.0' in text
    assert 'brainshare_llm_recent_duration_seconds{stage="of late"}' in text


def test_tokens_and_cost_are_counted_and_a_cost_that_nobody_knows_as_such() -> None:
    observe = observe_usage("paid")
    observe(Usage(input_tokens=10, output_tokens=5, cached_tokens=4), 0.5)
    observe(Usage(), None)
    text = render_metrics()[0].decode()
    assert 'brainshare_llm_tokens_total{kind="input",stage="paid"} 10.0' in text
    assert 'brainshare_llm_tokens_total{kind="cached",stage="paid"} 4.0' in text
    assert 'brainshare_llm_cost_usd_total{stage="paid"} 0.5' in text
    assert 'brainshare_llm_cost_unknown_total{stage="paid"} 1.0' in text
