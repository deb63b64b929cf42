"""A commit never passes a record that is still open."""

from hypothesis import given
from hypothesis import strategies as st

from services.stage_runtime.consumer.ordered_ack import OrderedAcks


def test_done_records_wait_for_the_head() -> None:
    acked: list[int] = []
    acks = OrderedAcks()
    head, second = (acks.open("p0", lambda n=n: acked.append(n)) for n in (1, 2))  # type: ignore[misc]
    acks.close(second)
    assert acked == []
    acks.close(head)
    assert acked == [1, 2]


def test_lines_do_not_wait_for_each_other() -> None:
    acked: list[str] = []
    acks = OrderedAcks()
    acks.open("p0", lambda: acked.append("p0"))
    acks.close(acks.open("p1", lambda: acked.append("p1")))
    assert acked == ["p1"]


@given(st.permutations(range(12)), st.integers(0, 12))
def test_what_is_acked_is_the_longest_done_head(order: list[int], done: int) -> None:
    acked: list[int] = []
    acks = OrderedAcks()
    opened = [acks.open("p0", lambda n=n: acked.append(n)) for n in range(12)]  # type: ignore[misc]
    for number in order[:done]:
        acks.close(opened[number])
    missing = [number for number in range(12) if number not in order[:done]]
    assert acked == list(range(missing[0] if missing else 12))
    assert acks.widest == 12 - len(acked)
