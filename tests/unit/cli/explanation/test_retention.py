"""Doctor says of a record that Kafka is about to delete before its stage has ended it."""

import pytest

from services.cli.explanation.metrics import parse_metrics
from services.cli.explanation.retention import WELL, judge_retention, look_at_retention

RATIO = "brainshare_stage_oldest_record_retention_ratio"


@pytest.mark.parametrize(
    ("exported", "is_well", "told"),
    [
        ("", True, WELL),
        (f'{RATIO}{{stage="row"}} NaN', True, WELL),
        (f'{RATIO}{{stage="row"}} 0.5', True, WELL),
        (
            f'{RATIO}{{stage="row"}} 0.5\n{RATIO}{{stage="table"}} 0.93',
            False,
            "A record before the stage table is at 93% of its retention: let the stage run, or"
            " keep the topic longer",
        ),
    ],
    ids=["nothing is known", "another gateway looks", "half of it", "nearly all of it"],
)
def test_it_is_told_before_it_is_too_late(exported: str, is_well: bool, told: str) -> None:
    assert judge_retention(parse_metrics(exported)) == (is_well, told)


def test_of_a_gateway_that_does_not_answer_nothing_is_said() -> None:
    assert look_at_retention("http://127.0.0.1:9", "") is None
