"""A manifest is run once, whatever stops it on the way."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as change
from uuid import UUID

import pytest
from pydantic_core import to_json

from schemas.job.prompt import carry_prompt
from schemas.job.record import StageRecord, schema_of_request
from schemas.kafka.headers import KafkaHeaders, decode_headers
from schemas.stage import StageName
from services.kafka import ConsumedRecord, Position, PublishFailedError
from services.replay.manifest import Manifest
from services.replay.run import Runner, RunProgress
from tests.factory import NOW
from tests.unit.replay.past import NAMES, Past, job_id
from tests.unit.replay.test_manifest import make_manifest

TABLE, COLUMN, ROW = StageName


@dataclass
class Broker:
    """Holds records, takes some, and goes away after so many."""

    records: list[ConsumedRecord]
    takes: int = 1_000
    taken: list[tuple[str, bytes, bytes, KafkaHeaders]] = field(default_factory=list)

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        at = (*position, offset)
        return next((r for r in self.records if (r.topic, r.partition, r.offset) == at), None)

    async def publish(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        headers: KafkaHeaders,
        timeout_s: float | None = None,
    ) -> None:
        if len(self.taken) == self.takes:
            raise PublishFailedError("no ack")
        self.taken.append((topic, key, value or b"", headers))

    @property
    def started(self) -> set[UUID]:
        return {UUID(key.decode()) for _, key, _, _ in self.taken}


async def no_pause() -> None:
    """Take a turn at once."""


async def run(manifest: Manifest, broker: Broker) -> RunProgress:
    progress = RunProgress(len(manifest.jobs))
    runner = Runner(manifest, NAMES, broker, broker, no_pause, lambda: NOW)
    await runner.run(broker.started, progress)
    return progress


def make_past(changed: StageName = COLUMN) -> Past:
    past = Past(changed)
    for number in range(1, 6):
        past.complete(number, tags=["t"], tableId="tbl_1")
    return past


@pytest.mark.parametrize("changed", StageName)
async def test_the_stages_before_are_taken_from_the_records(changed: StageName) -> None:
    past = make_past(changed)
    broker = Broker(past.records)
    await run(make_manifest(past), broker)
    topic, key, value, headers = broker.taken[0]
    record = StageRecord.from_json(value)
    before = set(StageName) - set(record.job.stages)
    assert topic == NAMES.requests(changed)
    assert key == record.job.key
    assert record.job.stages == tuple(s for s in StageName if s not in before)
    assert record.provenance.keys() == before
    assert {stage for stage in StageName if record.results.of(stage)} == before
    assert decode_headers(headers).schema == "stage-record/1"


async def test_a_replay_leads_to_the_trace_of_its_source_and_begins_its_own() -> None:
    past, trace = make_past(), b"00-" + b"1" * 32 + b"-" + b"2" * 16 + b"-01"
    manifest = make_manifest(past)
    traced = [change(r, headers=[*r.headers, ("traceparent", trace)]) for r in past.records]
    broker = Broker(traced)
    await run(manifest, broker)
    headers = decode_headers(broker.taken[0][3])
    assert (headers.trace_link, headers.traceparent) == (trace.decode(), None)


async def test_a_replay_says_of_what_it_is_one_and_is_a_shadow() -> None:
    past = make_past()
    manifest, broker = make_manifest(past), Broker(past.records)
    await run(manifest, broker)
    job = StageRecord.from_json(broker.taken[0][2]).job
    assert job.replay is not None
    assert job.replay.source_job_id == job_id(1)
    assert job.replay.replay_id == manifest.replay_id
    assert job.is_shadow
    assert (job.table_id, job.tags, job.accepted_at) == ("tbl_1", ("t",), NOW)
    assert job.deadline_at is not None
    assert (job.deadline_at - NOW).total_seconds() == 24 * 3600


async def test_of_a_live_one_people_are_told() -> None:
    past = make_past()
    manifest, broker = make_manifest(past), Broker(past.records)
    await run(manifest.model_copy(update={"is_live": True}).sealed(), broker)
    job = StageRecord.from_json(broker.taken[0][2]).job
    assert job.replay is not None
    assert not job.is_shadow


async def test_a_prompt_that_is_only_a_text_goes_along_and_no_earlier_release_answers() -> None:
    past = make_past()
    prompt = carry_prompt(COLUMN, "Say it otherwise.")
    told = {"prompt": prompt, "prompt_version": prompt.version}
    broker = Broker(past.records)
    await run(make_manifest(past).model_copy(update=told).sealed(), broker)
    for _, _, value, headers in broker.taken:
        job = json.loads(value)["job"]
        assert StageRecord.from_json(value).job.prompt == prompt
        assert schema_of_request(job) == "stage-record/2"
        assert decode_headers(headers).schema == "stage-record/2"


KNOWN: dict[str, object] = {"parameters": "0123456789ab"}


def make_known(changed: StageName) -> Past:
    """A job of which is known with what its stages were asked, and one of which it is not."""
    past = Past(changed)
    for number, made in enumerate((KNOWN, {}), 1):
        record = past.answer(past.post(number), TABLE, **made)
        record = past.answer(record, COLUMN, **made)
        past.answer(record, ROW, **made)
    return past


async def run_reusing(past: Past) -> list[StageRecord]:
    broker = Broker(past.records)
    await run(make_manifest(past).model_copy(update={"asks_all": False}).sealed(), broker)
    return [StageRecord.from_json(value) for _, _, value, _ in broker.taken]


async def test_the_stages_after_the_changed_one_may_take_over_what_they_answered() -> None:
    """But for the row stage here, which has suggested nothing."""
    known, unknown = await run_reusing(make_known(TABLE))
    assert known.earlier.keys() == {COLUMN}
    assert known.earlier[COLUMN].provenance.parameters == KNOWN["parameters"]
    assert unknown.earlier == {}


async def test_the_changed_stage_itself_is_asked() -> None:
    assert [record.earlier for record in await run_reusing(make_known(COLUMN))] == [{}, {}]


async def test_a_manifest_that_asks_all_takes_over_nothing() -> None:
    past = make_known(TABLE)
    broker = Broker(past.records)
    await run(make_manifest(past), broker)
    assert [json.loads(value).get("earlier") for _, _, value, _ in broker.taken] == [None, None]


async def test_what_is_gone_of_the_past_is_asked_again() -> None:
    past = make_known(TABLE)
    places = {job.baseline.offset for job in make_manifest(past).jobs if job.baseline}
    manifest = make_manifest(past).model_copy(update={"asks_all": False}).sealed()
    broker = Broker([record for record in past.records if record.offset not in places])
    await run(manifest, broker)
    assert [StageRecord.from_json(value).earlier for _, _, value, _ in broker.taken] == [{}, {}]


async def test_what_a_later_release_has_written_is_kept() -> None:
    past = make_past()
    at, record = next((n, r) for n, r in enumerate(past.records) if b"table-1" in (r.value or b""))
    document = json.loads(record.value or b"")
    document["later"], document["job"]["alsoLater"] = 1, 2
    past.records[at] = ConsumedRecord(
        **{name: getattr(record, name) for name in ConsumedRecord.__dataclass_fields__}
        | {"value": to_json(document)}
    )
    broker = Broker(past.records)
    await run(make_manifest(past), broker)
    found = json.loads(broker.taken[0][2])
    assert (found["later"], found["job"]["alsoLater"]) == (1, 2)


async def test_a_second_start_starts_nothing_twice() -> None:
    past = make_past()
    manifest, broker = make_manifest(past), Broker(past.records)
    await run(manifest, broker)
    again = await run(manifest, broker)
    assert (again.before, again.started, again.left) == (5, 0, 0)
    assert len(broker.taken) == 5


@pytest.mark.parametrize("takes", range(5))
async def test_what_was_stopped_goes_on_and_each_job_is_started_once(takes: int) -> None:
    past = make_past()
    manifest, broker = make_manifest(past), Broker(past.records, takes)
    with pytest.raises(PublishFailedError):
        await run(manifest, broker)
    broker.takes = 1_000
    again = await run(manifest, broker)
    assert (again.before, again.started) == (takes, 5 - takes)
    keys = [key for _, key, _, _ in broker.taken]
    assert len(keys) == len(set(keys)) == 5


def remove(records: list[ConsumedRecord]) -> None:
    records[:] = [r for r in records if r.topic != NAMES.suggestions(TABLE)]


def swap(records: list[ConsumedRecord]) -> None:
    """Of other jobs that got the same."""
    other = Past()
    for number in range(11, 16):
        other.complete(number, tags=["t"], tableId="tbl_1")
    records[:] = other.records


def replace(records: list[ConsumedRecord]) -> None:
    """The topics were made again, and other jobs stand at the same offsets."""
    other = Past()
    for number in range(11, 16):
        other.complete(number, context={"title": "Moons"})
    records[:] = other.records


def empty(records: list[ConsumedRecord]) -> None:
    records[:] = [
        ConsumedRecord(
            **{n: getattr(r, n) for n in ConsumedRecord.__dataclass_fields__} | {"value": b"{}"}
        )
        for r in records
    ]


@pytest.mark.parametrize("spoil", [remove, swap, replace, empty])
async def test_a_job_whose_record_is_gone_or_another_is_named_and_not_started(
    spoil: Callable[[list[ConsumedRecord]], None],
) -> None:
    past = make_past()
    manifest, broker = make_manifest(past), Broker(past.records)
    spoil(broker.records)
    progress = await run(manifest, broker)
    assert (broker.taken, progress.left) == ([], 0)
    assert progress.gone == [job_id(number) for number in range(1, 6)]
