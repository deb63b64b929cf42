"""How many calls at a time are of use, as a simulated server of so many slots shows."""

import heapq
import random

import pytest

from services.llm.limit.capacity import FORGET_S, Capacity


class Server:
    """A server with slots that share its computing, and a client that has always more to ask.

    Args:
        slots: How many calls it works on at a time.
        gain: How much more all its slots together get done than one.
    """

    def __init__(self, slots: int, gain: float, seed: int = 1) -> None:
        self.now = 0.0
        self._slots, self._gain = slots, gain
        self._random = random.Random(seed)

    def _find_rate(self, busy: int) -> float:
        """Tokens a second of one call."""
        share = 1 + (self._gain - 1) * (busy - 1) / max(1, self._slots - 1)
        return 20.0 * share / busy

    def run(self, capacity: Capacity, calls: int) -> None:
        """Keep as many calls under way as are of use, until that is known or so many ended."""
        under_way: list[tuple[float, float]] = []
        for _ in range(calls):
            if capacity.is_settled and self.now < capacity._settled_until:
                return
            while len(under_way) < capacity.level:
                tokens = self._random.uniform(100, 400)
                busy = min(capacity.level, self._slots)
                starts = self.now
                if len(under_way) >= self._slots:
                    starts = sorted(end for end, _ in under_way)[-self._slots]
                heapq.heappush(under_way, (starts + tokens / self._find_rate(busy), tokens))
            self.now, tokens = heapq.heappop(under_way)
            capacity.end(len(under_way) + 1, tokens)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("start", [1, 2, 8])
@pytest.mark.parametrize(
    ("slots", "gain", "low", "high"),
    [
        (1, 1.0, 1, 1),
        (2, 1.8, 2, 2),
        (4, 3.4, 4, 4),
        (64, 60.0, 32, 64),
        # Two slots that share two cores: a second call gets hardly more done.
        (2, 1.1, 1, 2),
    ],
    ids=["one slot", "two slots", "four slots", "a provider", "two slots of a small machine"],
)
def test_as_many_calls_are_made_as_the_server_works_on(
    slots: int, gain: float, low: int, high: int, start: int, seed: int
) -> None:
    server = Server(slots, gain, seed)
    capacity = Capacity(start, 64, lambda: server.now)
    server.run(capacity, 600)
    assert capacity.is_settled
    assert low <= capacity.level <= high


def test_a_provider_that_takes_as_many_as_there_are_is_not_tried_with_fewer() -> None:
    server = Server(2, 1.8)
    capacity = Capacity(64, 64, lambda: server.now)
    server.run(capacity, 200)
    assert capacity.level == 64


def test_calls_of_a_quiet_hour_say_nothing_of_the_server() -> None:
    capacity = Capacity(8, 64, lambda: 1.0)
    assert not any(capacity.end(1, 100.0) for _ in range(100))
    assert capacity.level == 8


def test_what_a_server_tells_is_believed_and_never_passed() -> None:
    server = Server(64, 60.0)
    capacity = Capacity(2, 16, lambda: server.now)
    capacity.take_told(4)
    assert capacity.level == 4
    capacity.take_told(400)
    assert capacity.level == 16
    capacity.take_told(0)
    assert capacity.level == 1


def test_what_was_found_is_tried_again_after_a_while() -> None:
    server = Server(2, 1.8)
    capacity = Capacity(2, 64, lambda: server.now)
    server.run(capacity, 200)
    assert capacity.level == 2
    larger = Server(8, 7.0)
    larger.now = server.now + FORGET_S
    capacity._clock = lambda: larger.now
    larger.run(capacity, 400)
    assert capacity.level == 8
