"""An outcome says what its job is there for, so that no alert is for a shadow's."""

import pytest

from schemas.canary import CANARY_TENANT
from schemas.job.purpose import Purpose
from schemas.job.record import StageRecord
from services.failure.error import ProviderError, RefusedError
from tests.factory import make_record
from tests.unit.schemas.job.test_purpose import replay
from tests.unit.stage_runtime.processing.test_processor import GOOD, KEY, Run


def shadow(**fields: object) -> StageRecord:
    plain = make_record(**fields)
    job = plain.job.model_copy(update={"replay": replay(is_shadow=True)})
    return plain.model_copy(update={"job": job})


@pytest.mark.parametrize(
    ("says", "name"),
    [
        (GOOD, "succeeded"),
        (RefusedError("no"), "dead_lettered"),
        (ProviderError("down"), "retry_later"),
    ],
)
async def test_a_shadow_s_outcome_is_a_shadow_s(says: str | Exception, name: str) -> None:
    outcome = await Run(says).of(shadow().to_json())
    assert (outcome.name, outcome.purpose) == (name, Purpose.REPLAY)


async def test_so_is_what_costs_no_call() -> None:
    answered, cancelled = Run(), Run()
    answered.ledger.note_success(KEY)
    cancelled.cancellations.note(KEY)
    outcomes = [
        await Run().of(shadow(stages=["column"]).to_json()),
        await answered.of(shadow().to_json()),
        await cancelled.of(shadow().to_json()),
    ]
    assert [outcome.name for outcome in outcomes] == ["not_asked", "already_answered", "cancelled"]
    assert {outcome.purpose for outcome in outcomes} == {Purpose.REPLAY}


async def test_a_canary_s_is_a_canary_s_and_all_others_are_people_s() -> None:
    canary = make_record()
    canary = canary.model_copy(
        update={"job": canary.job.model_copy(update={"tenant": CANARY_TENANT})}
    )
    assert (await Run().of(canary.to_json())).purpose is Purpose.CANARY
    assert (await Run().of(make_record().to_json())).purpose is Purpose.JOB
    assert (await Run().of(b"no record")).purpose is Purpose.JOB


async def test_a_call_says_what_its_job_is_there_for() -> None:
    run = Run()
    await run.of(shadow().to_json())
    assert run.model.purposes == [Purpose.REPLAY]
