"""A job's records are in one of the partitions that are set, whatever a topic has."""

from uuid import UUID

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from schemas.kafka.control import PROMOTION_KEY, promotion_key
from services.kafka.publisher import SetPartitioner

KEYS = st.binary(max_size=40).filter(lambda key: not key.startswith(PROMOTION_KEY))
"""But for a promotion's, which is where its job is."""


@given(key=KEYS, partitions=st.integers(1, 24), more=st.integers(0, 24))
def test_more_partitions_than_are_set_move_no_key(key: bytes, partitions: int, more: int) -> None:
    existing = list(range(partitions + more))
    placed = SetPartitioner(partitions)(key, existing, existing)
    assert placed == DefaultPartitioner()(key, existing[:partitions], [])
    assert placed < partitions


@given(job_id=st.uuids(), partitions=st.integers(1, 24))
def test_a_promotion_is_where_the_records_of_its_job_are(job_id: UUID, partitions: int) -> None:
    place = SetPartitioner(partitions)
    existing = list(range(partitions))
    keys = (str(job_id).encode(), promotion_key(job_id))
    assert len({place(key, existing, existing) for key in keys}) == 1
