"""All that services have written about a job, in order, from all of their files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.api.status import HistoryItem
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.cli.log.job_story import StoryLine, read_story, tell_history

JOB = "0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"
OTHER = "0b5dffff-8f3c-4c1a-9c1e-2f0d7a6b5c4d"


def line(second: int, action: str, job_id: str | None = JOB, **told: object) -> str:
    said = {"at": f"2026-01-02T03:04:{second:02}.5Z", "action": action, "level": "info", **told}
    return json.dumps(said | ({"job_id": job_id} if job_id else {}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logs = {
        "gateway.log": [line(1, "job_accepted", service="gateway"), line(9, "job_completed")],
        "table-agent.log": [line(5, "answer_published", stage="table", duration_s=0.2)],
        "table-agent.log.1": [line(3, "answer_checked", stage="table"), f"not JSON {JOB}"],
        "row-agent.log": [line(2, "answer_published", OTHER), line(2, "stage_started", None)],
    }
    for name, lines in logs.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def test_a_story_is_told_in_order_over_all_files(folder: Path) -> None:
    actions = [told.action for told in read_story(folder, JOB)]
    assert actions == ["job_accepted", "answer_checked", "answer_published", "job_completed"]


def test_a_line_says_who_wrote_it_and_what_else(folder: Path) -> None:
    _, _, answered, _ = read_story(folder, JOB[:8])
    assert (answered.service, answered.told) == ("table-agent", "stage=table duration_s=0.2")


def fact(second: int, kind: str, **told: object) -> HistoryItem:
    at = datetime(2026, 1, 2, 3, 4, second, tzinfo=UTC)
    known = {"id": "1-1", "stage": StageName.TABLE, "attempt": 1, "redrive": 0, "at": at}
    place = {"topic": "table.requests", "partition": 3, "offset": 7, "job_id": JOB}
    return HistoryItem.model_validate(known | place | {"kind": kind} | told)


def test_what_kafka_holds_of_a_job_stands_among_what_services_have_written(folder: Path) -> None:
    failed = {"cause": ErrorKind.REFUSED, "message": "no", "redrive": 2, "needs_attention": True}
    facts = tell_history([fact(0, "accepted"), fact(6, "failed", **failed)])
    assert facts[0] == StoryLine(
        "2026-01-02T03:04:00.000000Z",
        "history",
        "accepted",
        "info",
        JOB,
        "stage=table attempt=1 topic=table.requests partition=3 offset=7",
    )
    assert (facts[1].level, facts[1].told) == (
        "warning",
        "stage=table attempt=1 redrive=2 cause=refused message=no"
        " topic=table.requests partition=3 offset=7",
    )
    order = [line.action for line in sorted([*facts, *read_story(folder, JOB)])]
    assert order.index("accepted") == 0
    assert order.index("answer_published") < order.index("failed") < order.index("job_completed")


def test_the_beginning_of_an_id_may_be_that_of_two_jobs(folder: Path) -> None:
    assert {told.job_id for told in read_story(folder, "0B5D")} == {JOB, OTHER}


def test_of_a_job_that_nobody_knows_there_is_nothing(folder: Path) -> None:
    assert read_story(folder, "ffff") == []
