"""What is kept of how many tokens models take."""

from services.llm.limit.learned_limit import (
    FORGET_S,
    MAX_MODELS,
    MAX_REASONING_TOKENS,
    MIN_OUTPUT_TOKENS,
    LearnedLimits,
)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_model_that_is_not_known_is_asked_for_what_is_wanted() -> None:
    assert LearnedLimits().find_cap("m", 8192, 1_000_000) == 8192


def test_the_most_of_an_answer_and_of_both_together_bound_what_is_asked_for() -> None:
    limits = LearnedLimits()
    limits.learn("m", output=4096)
    limits.learn("m", window=6000)
    assert limits.find_cap("m", 8192, 100) == 4096
    assert 2900 < limits.find_cap("m", 8192, 3000) < 3000
    assert limits.find_cap("m", 8192, 9000) == MIN_OUTPUT_TOKENS
    assert limits.find_cap("m", 100, 100) == 100


def test_models_are_told_apart() -> None:
    limits = LearnedLimits()
    limits.learn("small", output=100)
    assert limits.find_cap("large", 8192, 0) == 8192


def test_what_was_learned_is_forgotten_after_a_while() -> None:
    clock = Clock()
    limits = LearnedLimits(clock)
    limits.learn("m", output=4096)
    limits.learn_reasoning("m", 1000)
    clock.now += FORGET_S - 1
    assert limits.find_cap("m", 8192, 0) == 4096
    clock.now += 2
    assert limits.find_cap("m", 8192, 0) == 8192
    assert limits.of("m").reasoning == 0


def test_no_more_than_so_many_models_are_kept_the_last_ones() -> None:
    limits = LearnedLimits()
    for number in range(3 * MAX_MODELS):
        limits.learn(f"m{number}", output=100)
    assert limits.of("m0").output is None
    assert limits.of(f"m{3 * MAX_MODELS - 1}").output == 100
    assert len(limits._known) == MAX_MODELS


def test_an_absurd_report_of_thinking_is_bounded() -> None:
    limits = LearnedLimits()
    limits.learn_reasoning("m", 10**9)
    assert limits.of("m").reasoning == MAX_REASONING_TOKENS
