"""Where reading goes on when a log no longer holds what was to be read next."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from services.kafka.lost_place import Loss, Place, choose_place, judge_loss, read_lost


@pytest.mark.parametrize(
    ("offset", "begin", "end", "since", "place"),
    [
        pytest.param(3, 10, 20, None, Place(10, Loss.BEGINNING), id="retention overtook it"),
        pytest.param(3, 10, 20, 15, Place(10, Loss.BEGINNING), id="an outage is no matter there"),
        pytest.param(30, 10, 20, 15, Place(15, Loss.END), id="from what may be newer"),
        pytest.param(30, 10, 20, 20, Place(20, Loss.END), id="nothing new has come"),
        pytest.param(30, 10, 20, None, Place(10, Loss.END), id="nothing tells, so all of it"),
        pytest.param(30, 10, 20, 5, Place(10, Loss.END), id="never before the beginning"),
        pytest.param(30, 10, 40, 15, Place(15, Loss.END), id="it has grown past it since"),
        pytest.param(30, 0, 0, None, Place(0, Loss.END), id="the topic was made again"),
    ],
)
def test_no_record_that_may_be_new_is_passed_over(
    offset: int, begin: int, end: int, since: int | None, place: Place
) -> None:
    assert choose_place(offset, begin, end, since) == place


def test_what_is_not_below_the_beginning_was_beyond_the_end() -> None:
    assert [judge_loss(offset, 10) for offset in (9, 10, 11)] == [
        Loss.BEGINNING,
        Loss.END,
        Loss.END,
    ]


def test_the_client_names_the_positions_that_are_lost() -> None:
    error = OffsetOutOfRangeError({TopicPartition("a", 1): 7})
    assert read_lost(error) == {("a", 1): 7}
