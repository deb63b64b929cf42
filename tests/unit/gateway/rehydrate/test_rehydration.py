"""Open jobs of the tables go on in topics that do not hold them, and each once."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from schemas.stage import StageName
from services.gateway.job.reservation_store import find_request
from services.gateway.projection.store import load_projection
from services.gateway.rehydrate.open_job_store import adopt_cluster
from services.gateway.rehydrate.rehydration import Rehydration, RehydrationReport
from services.kafka import ConsumedRecord, Position
from tests.unit.gateway.conftest import FakePublisher, Gateway
from tests.unit.gateway.example import (
    BODY,
    NOW,
    TOPICS,
    answered,
    consumed,
    dead_letter,
    job,
    request,
    started,
    success,
)

TABLE, COLUMN = StageName.TABLE, StageName.COLUMN


@dataclass
class NewTopics:
    """The topics of a broker that is new: what is published there is in them."""

    publisher: FakePublisher = field(default_factory=FakePublisher)

    async def end_offsets(self) -> dict[Position, int]:
        return {}

    async def read_to(
        self, _ends: Mapping[Position, int], _max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        yield [
            consumed(topic, value, offset, key)
            for offset, (topic, key, value, _) in enumerate(self.publisher.published)
        ]

    @property
    def names(self) -> list[str]:
        return [one[0].removeprefix(TOPICS.prefix) for one in self.publisher.published]

    async def rehydrate(self, gateway: Gateway, *, is_dry: bool = False) -> RehydrationReport:
        report = RehydrationReport()
        told = (gateway.database.read, self.publisher, TOPICS, NOW, None, is_dry)
        await Rehydration(*told).run(self, report)
        return report


async def post(gateway: Gateway, *, is_projected: bool = True) -> ConsumedRecord:
    """A job that the gateway has accepted, by its record."""
    await gateway.client.post("/v1/jobs", json=BODY)
    topic, key, value, _ = gateway.publisher.published[-1]
    record = consumed(topic, value, len(gateway.publisher.published) - 1, key)
    if is_projected:
        await gateway.project(record)
    return record


async def test_a_job_before_its_first_answer_goes_on_with_its_request(gateway: Gateway) -> None:
    record, topics = await post(gateway), NewTopics()
    report = await topics.rehydrate(gateway)
    assert (report.stages, report.without_input) == ({"table": 1}, {})
    (published,) = topics.publisher.published
    assert published[:3] == (record.topic, record.key, record.value)


async def test_so_does_one_that_was_acked_and_never_read(gateway: Gateway) -> None:
    record, topics = await post(gateway, is_projected=False), NewTopics()
    await topics.rehydrate(gateway)
    (published,) = topics.publisher.published
    assert published[:3] == (record.topic, record.key, record.value)


async def test_a_request_is_kept_until_an_answer_holds_it_or_the_job_has_ended(
    gateway: Gateway,
) -> None:
    one, other = await post(gateway), await post(gateway)
    ids = [(record.key or b"").decode() for record in (one, other)]

    async def kept() -> list[bool]:
        return [bool(await gateway.database.read(find_request, job_id)) for job_id in ids]

    assert await kept() == [True, True]
    await gateway.project(started(TABLE, 1, job(UUID(ids[0]))))
    assert await kept() == [True, True]
    await gateway.project(success(TABLE, 1, job(UUID(ids[0]))))
    await gateway.project(replace(dead_letter(TABLE, 1, other.value), key=other.key))
    assert await kept() == [False, False]


async def test_what_has_answered_is_published_beside_and_ended_jobs_are_not(
    gateway: Gateway,
) -> None:
    topics = NewTopics()
    await gateway.project(success(TABLE))
    report = await topics.rehydrate(gateway)
    assert topics.names == ["table.requests", "table.suggestions"]
    assert topics.publisher.published[1][2] == answered(TABLE).to_json()
    assert report.stages == {"column": 1}
    await gateway.project(success(COLUMN), success(StageName.ROW))
    assert (await NewTopics().rehydrate(gateway)).jobs == 0


async def test_again_publishes_nothing_twice(gateway: Gateway) -> None:
    topics = NewTopics()
    await post(gateway)
    await gateway.project(success(TABLE, 50))
    await topics.rehydrate(gateway)
    count = len(topics.names)
    report = await topics.rehydrate(gateway)
    assert (report.jobs, report.held, len(topics.names)) == (0, 2, count)


async def test_one_that_was_cut_off_goes_on(gateway: Gateway) -> None:
    topics = NewTopics()
    await gateway.project(success(TABLE))
    await topics.rehydrate(gateway)
    del topics.publisher.published[1:]
    report = await topics.rehydrate(gateway)
    assert (report.jobs, topics.names[-1]) == (1, "table.suggestions")


async def test_a_job_of_another_producer_is_named(gateway: Gateway) -> None:
    record, topics = request(), NewTopics()
    await gateway.project(record)
    report = await topics.rehydrate(gateway)
    assert list(report.without_input) == [(record.key or b"").decode()]
    assert topics.names == []


async def test_dry_it_only_counts(gateway: Gateway) -> None:
    topics = NewTopics()
    await post(gateway)
    assert (await topics.rehydrate(gateway, is_dry=True)).jobs == 1
    assert topics.names == []


async def test_tables_go_on_with_the_cluster_that_they_adopt(gateway: Gateway) -> None:
    await gateway.project(success(TABLE))
    before = await gateway.database.read(load_projection)
    await gateway.database.write(adopt_cluster, "another")
    after = await gateway.database.read(load_projection)
    assert before is not None
    assert after is not None
    assert (after.cluster_id, after.projection_id) == ("another", before.projection_id)
    assert after.positions == before.positions
