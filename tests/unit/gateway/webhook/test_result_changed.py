"""A job whose result is changed is told so, once, after it was told to have completed."""

from dataclasses import replace

from schemas.kafka.control import PROMOTION_SCHEMA, PromotedResult, Promotion, promotion_key
from schemas.kafka.headers import Headers
from schemas.stage import StageName
from services.gateway.projection.store import begin_projection
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import JOB_ID, NOW, TOPICS, consumed, job_id, whole_job
from tests.unit.gateway.promotion.past import replay
from tests.unit.gateway.sending import Sending
from tests.unit.gateway.webhook.test_projection import told

RESULT = PromotedResult(job_id=job_id(1), stage=StageName.ROW, promoted_at=NOW)


def promotion(sequence: int, current: int) -> ConsumedRecord:
    said = Promotion(
        job_id=JOB_ID, sequence=sequence, results=(RESULT,), current=current, asked_at=NOW
    )
    value, key = said.to_json(), promotion_key(JOB_ID)
    return consumed(TOPICS.control, value, 10 + sequence, key, Headers(schema=PROMOTION_SCHEMA))


async def test_it_is_told_with_its_sequence_and_the_version_and_nothing_of_the_replay(
    sending: Sending,
) -> None:
    await sending.add()
    gateway = sending.gateway
    await gateway.project(*whole_job(), *replay(1))
    await gateway.project(promotion(1, current=2))
    await gateway.project(promotion(2, current=1))
    bodies = await told(sending)
    changed = [body["data"] for body in bodies if body["type"] == "job.result_changed"]
    assert [body["type"] for body in bodies][:1] == ["job.completed"]
    assert {body["data"]["jobId"] for body in bodies} == {str(JOB_ID)}
    assert [(data["resultVersion"], data["status"]) for data in changed] == [
        (2, "completed"),
        (1, "completed"),
    ]
    history = (await gateway.client.get(f"/v1/jobs/{JOB_ID}/events")).json()["events"]
    facts = [event for event in history if event["kind"] == "result changed"]
    assert [data["sequence"] for data in changed] == [fact["sequence"] for fact in facts]


async def test_a_repeated_record_and_tables_filled_anew_tell_nothing_again(
    sending: Sending,
) -> None:
    await sending.add()
    gateway = sending.gateway
    await gateway.project(*whole_job(), promotion(1, current=2))
    first = await told(sending)
    await gateway.project(replace(promotion(1, current=2), offset=12))
    await gateway.database.write(begin_projection, "another")
    gateway.reader.records, gateway.reader.positions = [], {}
    await gateway.projector.prepare("another")
    await gateway.project(promotion(1, current=2), *whole_job())
    assert await told(sending) == first
    assert [body["type"] for body in first] == ["job.completed", "job.result_changed"]


async def test_an_endpoint_that_does_not_want_it_is_not_told(sending: Sending) -> None:
    await sending.add("", "default", "job.completed")
    await sending.gateway.project(*whole_job(), promotion(1, current=2))
    assert [body["type"] for body in await told(sending)] == ["job.completed"]
