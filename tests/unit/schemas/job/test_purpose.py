"""What a job is there for."""

from uuid import UUID

import pytest

from schemas.canary import CANARY_TENANT
from schemas.job.purpose import Purpose, find_purpose
from schemas.job.replay import Replay
from tests.factory import JOB_ID, make_job

REPLAY_ID = UUID("00000000-0000-4000-8000-00000000aaaa")


def replay(*, is_shadow: bool) -> Replay:
    return Replay(replay_id=REPLAY_ID, source_job_id=JOB_ID, is_shadow=is_shadow)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, Purpose.JOB),
        ({"replay": replay(is_shadow=False)}, Purpose.JOB),
        ({"replay": replay(is_shadow=True)}, Purpose.REPLAY),
        ({"tenant": CANARY_TENANT}, Purpose.CANARY),
    ],
    ids=["asked for", "run again", "a shadow", "a canary"],
)
def test_somebody_waits_for_all_but_shadows_and_canaries(
    told: dict[str, object], expected: Purpose
) -> None:
    assert find_purpose(make_job().model_copy(update=told)) is expected
