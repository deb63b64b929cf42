"""A job's records are in one of the partitions that are set, whatever a topic has."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from services.kafka.publisher import SetPartitioner


@given(key=st.binary(max_size=40), partitions=st.integers(1, 24), more=st.integers(0, 24))
def test_more_partitions_than_are_set_move_no_key(key: bytes, partitions: int, more: int) -> None:
    existing = list(range(partitions + more))
    placed = SetPartitioner(partitions)(key, existing, existing)
    assert placed == DefaultPartitioner()(key, existing[:partitions], [])
    assert placed < partitions
