"""A load that is easy to reckon with by hand: 600 jobs a minute, each stage one call of 7 s."""

from dataclasses import replace

from schemas.stage import STAGE_ORDER
from services.cli.capacity.load import Load, StageLoad
from services.cli.settings.term import Terms

TERMS = Terms(concurrency=64, replicas=3, keep_days=90, pool_size=8)
STAGE = StageLoad(
    stage=STAGE_ORDER[0],
    calls=1.0,
    call_s=7.0,
    input_tokens=900.0,
    output_tokens=100.0,
    record_bytes=2_000,
    retries=0.0,
    cost_usd=0.001,
)
LOAD = Load(600.0, tuple(replace(STAGE, stage=stage) for stage in STAGE_ORDER), 1_000)
