"""What a call costs."""

import pytest

from schemas.job.record import Usage
from services.llm.limit.price import FREE, Price

USED = Usage(input_tokens=3500, output_tokens=2500)


def test_a_job_costs_what_the_list_says() -> None:
    assert Price().cost_usd("gpt-4.1", USED) == pytest.approx(0.027)
    assert Price().cost_usd("gpt-4.1-2025-04-14", USED) == pytest.approx(0.027)


def test_cached_tokens_cost_less() -> None:
    cached = USED.model_copy(update={"cached_tokens": 3000})
    assert (Price().cost_usd("gpt-4.1", cached) or 0) < 0.027


def test_an_unknown_model_has_no_known_price() -> None:
    assert Price().cost_usd("nobody-knows-it", USED) is None
    assert Price(base_url="http://127.0.0.1:9/v1").cost_usd("gpt-4.1", USED) is None


def test_a_price_that_is_set_goes_before_the_list() -> None:
    assert Price(1.0, 2.0).cost_usd("gpt-4.1", USED) == pytest.approx(0.0085)


def test_what_is_free_by_declaration_costs_nothing() -> None:
    assert FREE.cost_usd("any", USED) == 0


@pytest.mark.parametrize("usage", [Usage(), Usage(input_tokens=5), Usage(output_tokens=5)])
def test_without_usage_nobody_knows_the_cost(usage: Usage) -> None:
    assert Price(1.0, 2.0).cost_usd("m", usage) is None
