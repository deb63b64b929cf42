"""How many tokens a call takes, before it is made."""

import pytest

from services.llm.exchange.question import Question
from services.llm.limit.token_estimate import TokenEstimate, count_tokens


def question(text: str) -> Question:
    return Question([{"role": "user", "content": text}], {})


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcdef", 2), ("ä" * 3, 2)])
def test_a_token_is_three_bytes_at_first(text: str, tokens: int) -> None:
    assert count_tokens(question(text)) == tokens


def test_what_servers_report_corrects_it() -> None:
    estimate = TokenEstimate()
    for _ in range(30):
        estimate.learn(1000, 800, None)
    assert estimate.of(1000) == pytest.approx(800, rel=0.02)


def test_a_prompt_of_which_a_third_was_read_was_cut() -> None:
    estimate = TokenEstimate()
    assert estimate.is_cut(12_000, 4_096)
    assert not estimate.is_cut(12_000, 9_000)


def test_one_that_is_well_known_is_cut_sooner() -> None:
    estimate = TokenEstimate()
    for _ in range(10):
        estimate.learn(1000, 1000, None)
    assert estimate.is_cut(8_000, 4_096)


def test_what_is_short_or_not_reported_is_not_called_cut() -> None:
    assert not TokenEstimate().is_cut(100, 10)
    assert not TokenEstimate().is_cut(12_000, None)


def test_answers_are_taken_to_be_as_long_as_those_before() -> None:
    estimate = TokenEstimate()
    assert estimate.output_tokens is None
    for _ in range(50):
        estimate.learn(10, 10, 500)
    assert estimate.output_tokens == pytest.approx(500)
