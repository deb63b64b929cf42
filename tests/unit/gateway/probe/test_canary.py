"""A canary goes the way of a job, says when it does not come back, and counts for nobody."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.canary import CANARY_REQUEST, CANARY_TENANT
from schemas.job.job import accept
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.stage import StageName
from services.column_agent.stage import STAGE as COLUMN_STAGE
from services.gateway.probe.canary import LATE_S, Canary
from services.gateway.probe.standing import Standing
from services.kafka import ConsumedRecord
from services.row_agent.stage import STAGE as ROW_STAGE
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.stage import STAGE as TABLE_STAGE
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import JOB_ID, NOW, dead_letter, job, request, whole_job

LAST_SUCCESS = "brainshare_canary_last_success_timestamp_seconds"
DUE = timedelta(hours=1)


@dataclass
class Way:
    """What lies before a canary: from one look to the next some seconds pass, at last it ends."""

    gateway: Gateway
    fails: bool = False
    looks_until_end: int = 1
    seconds_a_look: float = 0.5
    now_s: float = 0.0
    looks: int = 0

    async def pause(self, seconds: float) -> None:
        self.looks += 1
        self.now_s += self.seconds_a_look
        if self.looks == self.looks_until_end:
            await self.gateway.project(*self._end())

    def _end(self) -> list[ConsumedRecord]:
        posted = StageRecord.from_json(self.gateway.publisher.published[-1][2] or b"").job
        if self.fails:
            return [request(0, posted), replace(dead_letter(StageName.TABLE), key=posted.key)]
        return whole_job(posted)

    async def send(self) -> None:
        told = (self.gateway.intake, self.gateway.database, lambda: NOW, 60.0)
        await Canary(*told, pause=self.pause, clock=lambda: self.now_s).send()


def count(outcome: str) -> float:
    return read_metric(f'brainshare_canary_total{{outcome="{outcome}"}}')


async def test_a_canary_that_comes_back_tells_when(gateway: Gateway) -> None:
    before = count("succeeded")
    await Way(gateway).send()
    assert count("succeeded") == before + 1
    assert read_metric(LAST_SUCCESS) == pytest.approx(NOW.timestamp())


async def test_one_that_is_late_is_told_once_and_waited_for(gateway: Gateway) -> None:
    late, succeeded = count("late"), count("succeeded")
    await Way(gateway, looks_until_end=9, seconds_a_look=LATE_S / 2).send()
    assert (count("late"), count("succeeded")) == (late + 1, succeeded + 1)


async def test_one_that_fails_is_counted(gateway: Gateway) -> None:
    before = count("failed")
    await Way(gateway, fails=True).send()
    assert count("failed") == before + 1


async def test_one_that_the_broker_does_not_take_ends_nothing(gateway: Gateway) -> None:
    before = count("refused")
    gateway.publisher.is_refusing = True
    await Way(gateway).send()
    assert count("refused") == before + 1


async def test_it_is_in_no_list_and_no_count_but_its_own(gateway: Gateway) -> None:
    names = ("brainshare_jobs_accepted_total", "brainshare_jobs_finished_total")
    before = [read_metric(f'{name}{{kind="new"') for name in names]
    await Way(gateway).send()
    assert [read_metric(f'{name}{{kind="new"') for name in names] == before
    assert (await gateway.client.get("/v1/jobs")).json()["jobs"] == []
    own = (await gateway.client.get("/v1/jobs", params={"tenant": CANARY_TENANT})).json()["jobs"]
    assert [job["status"] for job in own] == ["completed"]


async def test_an_open_one_is_no_open_job(gateway: Gateway) -> None:
    await gateway.project(request(0, job(tenant=CANARY_TENANT)))
    standing = Standing(gateway.database, lambda: NOW + DUE, 30.0)
    await standing.look()
    assert (await gateway.client.get("/readyz")).status_code in (200, 503)
    text = (await gateway.client.get("/metrics")).text
    assert 'brainshare_jobs_in_flight{state="pending"} 0.0' in text
    assert "brainshare_oldest_in_flight_job_accepted_timestamp_seconds NaN" in text


async def test_the_oldest_open_job_tells_when_it_was_accepted(gateway: Gateway) -> None:
    await gateway.project(request(0, job(JOB_ID)))
    await Standing(gateway.database, lambda: NOW + DUE, 30.0).look()
    name = "brainshare_oldest_in_flight_job_accepted_timestamp_seconds"
    assert read_metric(name) == pytest.approx(NOW.timestamp())


@pytest.mark.parametrize("stage", [TABLE_STAGE, COLUMN_STAGE, ROW_STAGE], ids=lambda s: s.name)
def test_no_stage_calls_a_model_for_it(stage: Stage[Any]) -> None:
    asked = SuggestionRequest.model_validate(CANARY_REQUEST)
    record = StageRecord(job=accept(asked, JOB_ID, NOW, CANARY_TENANT))
    assert stage.answer_without_call(record) is not None


async def test_nobody_else_gets_a_key_to_post_as_one(gateway: Gateway) -> None:
    told = {"name": "a bird", "tenant": CANARY_TENANT}
    answer = await gateway.client.post("/v1/keys", json=told)
    assert answer.status_code == 422
    assert CANARY_TENANT in answer.text
