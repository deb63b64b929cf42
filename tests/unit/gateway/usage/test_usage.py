"""What results have taken is their sum to the last token, however their records come and repeat."""

import math
import random
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from schemas.job.record import Provenance, StageRecord, Usage
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.job.table import RESULTS
from services.gateway.probe.standing import Standing, tell_usage
from services.gateway.projection.store import begin_projection
from services.gateway.status.used import NOTHING_USED, Used, read_used
from services.gateway.usage.store import sum_usage
from services.kafka import ConsumedRecord
from tests.unit.gateway.conftest import Gateway, read_metric
from tests.unit.gateway.example import (
    NOW,
    SUGGESTIONS,
    TOPICS,
    consumed,
    dead_letter,
    job,
    job_id,
    request,
)

JOBS = 4


def answers(number: int, draw: random.Random) -> list[ConsumedRecord]:
    """The answers of a job, each with tokens and cost of its own."""
    of = job(job_id(number))
    record, found = StageRecord(job=of), list[ConsumedRecord]()
    for stage in STAGE_ORDER:
        record = record.with_result(stage, SUGGESTIONS[stage], provenance(draw))
        found.append(consumed(TOPICS.suggestions(stage), record.to_json(), number, of.key))
    return found


def provenance(draw: random.Random) -> Provenance:
    tokens = [draw.choice([None, 0, draw.randrange(10**6)]) for _ in range(4)]
    names = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
    return Provenance(
        prompt_version="1",
        prompt_sha="0" * 12,
        usage=Usage(**dict(zip(names, tokens, strict=True))),
        cost_usd=draw.choice([None, 0.0, 0.000_000_123, draw.random()]),
        started_at=NOW,
        ended_at=NOW,
    )


def sum_results(connection: Connection) -> dict[StageName, Used]:
    """The sum over what each result says of itself."""
    sums = dict.fromkeys(STAGE_ORDER, NOTHING_USED)
    for row in connection.execute(select(RESULTS)):
        stage = StageName(row.stage)
        sums[stage] += read_used(StageRecord.from_json(row.value).provenance[stage])
    return {stage: used for stage, used in sums.items() if used != NOTHING_USED}


@pytest.mark.parametrize("seed", range(8))
async def test_it_is_the_sum_over_all_results_to_the_last_token(
    gateway: Gateway, seed: int
) -> None:
    """Records repeat at later offsets, as after a kill, and come in batches of any size."""
    draw = random.Random(seed)
    records = [r for number in range(JOBS) for r in answers(number, draw)]
    again = [replace(r, offset=r.offset + JOBS) for r in answers(0, draw)]
    waiting = [request(n, job(job_id(n))) for n in range(JOBS)] + records + again
    while waiting:
        count = draw.randrange(1, 9)
        batch, waiting = waiting[:count], waiting[count:]
        await gateway.project(*batch)
        used = await gateway.database.read(sum_usage)
        found = {stage: of for stage, of in used.items() if of != NOTHING_USED}
        assert found == await gateway.database.read(sum_results)


async def test_tables_that_are_filled_anew_say_the_same(gateway: Gateway) -> None:
    records = answers(0, random.Random(1))
    await gateway.project(*records)
    before = await gateway.database.read(sum_usage)
    await gateway.database.write(begin_projection, "another")
    assert await gateway.database.read(sum_usage) == {}
    gateway.reader.records, gateway.reader.positions = [], {}
    await gateway.projector.prepare("another")
    await gateway.project(*records)
    assert await gateway.database.read(sum_usage) == before


async def test_what_has_no_result_has_taken_nothing(gateway: Gateway) -> None:
    await gateway.project(request(), dead_letter(StageName.TABLE, spent_usd=1.5))
    assert await gateway.database.read(sum_usage) == {}


async def test_the_gateway_on_duty_exports_it_and_no_other(gateway: Gateway) -> None:
    [table, *_] = answers(0, random.Random(3))
    of = StageRecord.from_json(table.value or b"").provenance[StageName.TABLE]
    await gateway.project(table)
    await Standing(gateway.database, lambda: NOW, 30.0).look()
    for kind, count in (("input", of.usage.input_tokens), ("output", of.usage.output_tokens)):
        name = f'brainshare_results_tokens{{kind="{kind}",stage="table"}}'
        assert read_metric(name) == (count or 0)
    cost = read_metric('brainshare_results_cost_usd{stage="table"}')
    assert cost == pytest.approx(of.cost_usd or 0.0, abs=1e-9)
    tell_usage(None)
    assert math.isnan(read_metric('brainshare_results_cost_usd{stage="table"}'))


@pytest.mark.parametrize("odd", [-5, 10**30])
def test_what_a_record_claims_has_bounds(odd: int) -> None:
    told = Usage.model_construct(input_tokens=odd)
    claimed = provenance(random.Random(0)).model_copy(update={"usage": told, "cost_usd": None})
    assert 0 <= read_used(claimed).input_tokens <= 10**15
