"""What is tried again in the process, how often, and after which wait."""

import pytest

from services.failure.error import OutputInvalidError, ProviderError, StageError
from services.failure.quick_retry import find_wait_s, try_here
from services.failure.verdict import Failure

LIMITED = ProviderError("busy", failure=Failure.RATE_LIMITED)
DOWN = ProviderError("down", failure=Failure.SERVER_ERROR)
INVALID = OutputInvalidError("no use")


def limited(retry_after_s: float) -> ProviderError:
    return ProviderError("busy", failure=Failure.RATE_LIMITED, retry_after_s=retry_after_s)


class Model:
    """Fails in this order, then answers."""

    def __init__(self, *failures: StageError) -> None:
        self.failures = list(failures)
        self.pauses: list[float] = []

    async def call(self) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return "answer"

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_a_wait_for_a_rate_uses_up_no_second_asking() -> None:
    model = Model(INVALID, LIMITED, INVALID, LIMITED, DOWN, DOWN)
    assert await try_here(model.call, model.pause) == "answer"


async def test_each_kind_of_patience_has_an_end() -> None:
    model = Model(INVALID, LIMITED, INVALID, INVALID)
    with pytest.raises(OutputInvalidError):
        await try_here(model.call, model.pause)


async def test_a_short_time_that_the_provider_names_is_waited_for_here() -> None:
    model = Model(limited(1.5))
    assert await try_here(model.call, model.pause) == "answer"
    assert 1.5 <= model.pauses[0] <= 2.0


async def test_a_long_one_is_not() -> None:
    model = Model(limited(3))
    with pytest.raises(ProviderError):
        await try_here(model.call, model.pause)
    assert model.pauses == []


@pytest.mark.parametrize(
    ("error", "tried", "longest_s"), [(DOWN, 0, 0.5), (DOWN, 1, 2.0), (INVALID, 1, 0.0)]
)
def test_the_wait_has_full_jitter(error: StageError, tried: int, longest_s: float) -> None:
    waits = [find_wait_s(error, tried) for _ in range(100)]
    assert all(wait is not None and 0 <= wait <= longest_s for wait in waits)


def test_after_the_last_it_is_tried_no_more() -> None:
    assert find_wait_s(DOWN, 2) is None
