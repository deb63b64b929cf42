"""Three folds that are wrong, each kept as a test that must fail its property."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

RANK = {"pending": 0, "running": 1, "completed": 2}


@dataclass(frozen=True)
class Record:
    """A record that says how far a stage has come, with the time of its writer's own clock."""

    says: str
    at: int


records = st.lists(
    st.builds(Record, st.sampled_from(sorted(RANK)), st.integers(0, 9)), min_size=1, max_size=5
)


def last_arrival(history: list[Record]) -> str:
    """Wrong: what comes last overwrites."""
    return history[-1].says


def latest_timestamp(history: list[Record]) -> str:
    """Wrong: the latest clock wins."""
    return max(history, key=lambda record: (record.at, record.says)).says


def count_done(history: list[Record]) -> int:
    """Wrong: a counter adds."""
    return sum(record.says == "completed" for record in history)


def furthest(history: list[Record]) -> str:
    """Right: the furthest state, whenever and however often it comes."""
    return max((record.says for record in history), key=RANK.__getitem__)


@pytest.mark.xfail(strict=True, reason="arrival order decides, and it differs by reader")
@given(records, st.randoms(use_true_random=False))
def test_arrival_order_overwrites(history: list[Record], random: st.DataObject) -> None:
    shuffled = sorted(history, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert last_arrival(shuffled) == last_arrival(history)


@pytest.mark.xfail(strict=True, reason="a fast clock's start hides a success")
@given(records)
def test_the_latest_timestamp_wins(history: list[Record]) -> None:
    is_done = any(record.says == "completed" for record in history)
    assert (latest_timestamp(history) == "completed") == is_done


@pytest.mark.xfail(strict=True, reason="a duplicate is counted twice")
@given(records)
def test_counters_add(history: list[Record]) -> None:
    assert count_done(history + history) == count_done(history)


@given(records, st.randoms(use_true_random=False))
def test_the_furthest_state_withstands_all_three(
    history: list[Record], random: st.DataObject
) -> None:
    shuffled = sorted(history + history, key=lambda _: random.random())  # type: ignore[attr-defined]
    is_done = any(record.says == "completed" for record in history)
    assert furthest(shuffled) == furthest(history)
    assert (furthest(history) == "completed") == is_done
