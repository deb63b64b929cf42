"""The bytes with which a broker is asked whether it serves."""

import struct

import pytest

from services.cli.broker.probe import count_brokers, metadata_request


def test_the_request_says_its_own_length() -> None:
    request = metadata_request()
    assert struct.unpack_from(">i", request) == (len(request) - 4,)


@pytest.mark.parametrize(
    ("correlation_id", "brokers", "expected"), [(1, 1, 1), (1, 0, 0), (7, 1, 0)]
)
def test_a_reply_counts_the_brokers_of_our_own_question(
    correlation_id: int, brokers: int, expected: int
) -> None:
    assert expected == count_brokers(struct.pack(">ii", correlation_id, brokers))
