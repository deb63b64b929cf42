"""The records that a fault publishes are such as a stage takes."""

from aiokafka.partitioner import DefaultPartitioner

from schemas.job.record import StageRecord
from schemas.stage import StageName
from tests.drill.fault.record import HOT_PARTITION, PARTITIONS, _make_hot_job


def test_a_hot_job_is_of_the_hot_partition_and_asks_one_stage() -> None:
    job = _make_hot_job()
    again = StageRecord.from_json(StageRecord(job=job).to_json()).job
    assert DefaultPartitioner()(again.key, PARTITIONS, PARTITIONS) == HOT_PARTITION
    assert again.stages == (StageName.TABLE,)
