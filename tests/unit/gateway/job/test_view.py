"""What the API shows of a stage."""

from functools import reduce

import pytest

from schemas.api.status import CallProgress
from schemas.kafka.event import EventKind
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.job.view import show_stage
from services.gateway.status.fold import merge
from services.gateway.status.state import describe
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import (
    dead_letter,
    event,
    fact,
    request,
    retry,
    started,
    success,
)

COLUMN = StageName.COLUMN
BEGUN = [
    request(),
    success(STAGE_ORDER[0]),
    started(COLUMN, 1),
    event(EventKind.ANSWERED, COLUMN, 2, calls_done=3, calls_planned=4),
]


@pytest.mark.parametrize(
    ("more", "calls"),
    [
        ([], CallProgress(done=3, planned=4)),
        ([event(EventKind.INTERRUPTED, COLUMN, 3)], CallProgress(done=3, planned=4)),
        ([retry(COLUMN)], None),
        ([dead_letter(COLUMN)], None),
        ([success(COLUMN)], None),
    ],
    ids=["running", "interrupted", "waiting", "failed", "completed"],
)
def test_calls_are_shown_while_a_stage_runs(
    more: list[ConsumedRecord], calls: CallProgress | None
) -> None:
    fold = reduce(merge, [fact(record).fold for record in [*BEGUN, *more]])
    assert show_stage(describe(fold).of(COLUMN), None).calls == calls
