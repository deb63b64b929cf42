"""Another set of topics beside the old one, as when there are to be more partitions."""

from dataclasses import replace

from schemas.api.status import JobState
from schemas.kafka.topics import TopicNames
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.job.store import find_job
from services.gateway.projection.projector import Projector
from services.gateway.status.state import describe
from services.gateway.stream.change_notifier import ChangeNotifier
from tests.unit.gateway.conftest import FakeReader, Gateway
from tests.unit.gateway.example import JOB_ID, TOPICS, job, job_id, whole_job

NEXT = TopicNames("v2.")
LATER = job_id(1)
CLUSTER = "cluster"


async def test_tables_keep_what_the_old_set_said_and_go_on_with_the_new_one(
    gateway: Gateway,
) -> None:
    await gateway.projector.prepare(CLUSTER)
    await gateway.project(*whole_job())
    before = gateway.projector.projection_id

    moved = [
        replace(record, topic=record.topic.replace(TOPICS.prefix, NEXT.prefix, 1), partition=7)
        for record in whole_job(job(LATER))
    ]
    reader = FakeReader(moved, topics=tuple(NEXT.roles), partitions=12)
    projector = Projector(reader, gateway.database, NEXT.roles, ChangeNotifier())
    await projector.prepare(CLUSTER)
    await projector.step()

    assert projector.projection_id == before
    for known in (JOB_ID, LATER):
        stored = await gateway.database.read(find_job, str(known), ALL_TENANTS)
        assert stored is not None
        assert describe(stored.known.fold).state is JobState.COMPLETED
