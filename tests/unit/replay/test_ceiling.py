"""A run stops by itself at what it may cost, or when too many of its jobs fail."""

import pytest

from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.replay.ceiling import NO_CEILING, Ceiling, Outcomes, ReplayStoppedError
from tests.factory import consumed
from tests.unit.replay.past import Past, job_id
from tests.unit.replay.test_manifest import make_manifest

NAMES = TopicNames()
COLUMN, ROW = StageName.COLUMN, StageName.ROW


def make_outcomes(jobs: int = 20) -> Outcomes:
    past = Past(COLUMN)
    for number in range(1, jobs + 1):
        past.complete(number)
    return Outcomes(make_manifest(past))


def end(outcomes: Outcomes, jobs: int, *, cost_usd: float = 0.5, failed: int = 0) -> None:
    """Let so many of its jobs end, each stage at this cost; the last of them fail."""
    for number, (replay, planned) in enumerate([*outcomes.manifest.by_replay.items()][:jobs]):
        past = Past(COLUMN)
        record = past.post(int(planned.job_id.int & 0xFFFF))
        record = record.model_copy(update={"job": record.job.model_copy(update={"job_id": replay})})
        if number >= jobs - failed:
            letter = consumed(b"", topic=NAMES.dead_letters(COLUMN), key=str(replay).encode())
            outcomes.take(letter, NAMES.roles[letter.topic])
            continue
        for stage in StageName:
            record = past.answer(record, stage, cost_usd=cost_usd)
        for found in past.records:
            outcomes.take(found, NAMES.roles[found.topic])


def test_costs_of_the_stages_that_run_again_add_up_and_repeats_count_once() -> None:
    outcomes = make_outcomes()
    end(outcomes, 3)
    end(outcomes, 3)
    assert outcomes.cost_usd == 3 * 2 * 0.5
    assert len(outcomes.ended) == 3


def test_records_of_other_jobs_are_passed_over() -> None:
    outcomes = make_outcomes()
    past = Past(COLUMN)
    past.complete(1)
    for found in past.records:
        outcomes.take(found, NAMES.roles[found.topic])
    stray = consumed(b"", topic=NAMES.dead_letters(COLUMN), key=b"no job")
    outcomes.take(stray, NAMES.roles[stray.topic])
    assert (outcomes.cost_usd, outcomes.ended) == (0, set())
    assert job_id(1) not in outcomes.manifest.by_replay


@pytest.mark.parametrize(
    ("ceiling", "ended", "failed", "started", "may_go"),
    [
        (NO_CEILING, 20, 20, 20, True),
        (Ceiling(cost_usd=10), 0, 0, 0, True),
        (Ceiling(cost_usd=10), 4, 0, 8, True),
        (Ceiling(cost_usd=10), 4, 0, 12, False),
        (Ceiling(cost_usd=3.5), 3, 0, 3, None),
        (Ceiling(cost_usd=3), 3, 0, 3, None),
        (Ceiling(failed=0.2), 9, 9, 9, True),
        (Ceiling(failed=0.2), 10, 2, 10, True),
        (Ceiling(failed=0.2), 10, 3, 10, None),
        (Ceiling(failed=0.0), 10, 1, 10, None),
    ],
    ids=[
        "no ceiling",
        "nothing is known yet",
        "there is money for what is under way and one more",
        "what is under way may need it all: wait",
        "not enough is left for one more",
        "all is spent",
        "too few have ended to tell",
        "as many failed as may",
        "more failed than may",
        "none may fail",
    ],
)
def test_whether_one_more_may_be_started(
    ceiling: Ceiling, ended: int, failed: int, started: int, may_go: bool | None
) -> None:
    outcomes = make_outcomes()
    end(outcomes, ended, failed=failed)
    if may_go is None:
        with pytest.raises(ReplayStoppedError):
            outcomes.check(ceiling, started)
    else:
        assert outcomes.check(ceiling, started) is may_go
