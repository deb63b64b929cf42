"""A soak is clean only if everything is: whatever is wrong is a line."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from schemas.api.status import JobError, JobState, JobSummary, Links
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from tests.factory import JOB_ID, NOW
from tests.operation.load import Answer, Post
from tests.operation.soak.ending import Ending
from tests.operation.soak.fault.shape import BAD, ORDINARY, REFUSED_TABLE
from tests.operation.soak.sampler import Life
from tests.operation.soak.verdict import Evidence, count_ends, judge

PLAIN = ORDINARY[0].name


def make_job(state: JobState) -> JobSummary:
    error = JobError(
        stage=StageName.TABLE, kind=ErrorKind.PROVIDER, code=None, message="m", is_retryable=True
    )
    return JobSummary(
        job_id=JOB_ID,
        table_id="tbl_1",
        title="T",
        status=state,
        progress=0,
        accepted_at=NOW,
        started_at=None,
        completed_at=None,
        error=error if state is JobState.FAILED else None,
        stages=(),
        version=1,
        links=Links(status="", events="", cancel=""),
    )


def make_post(name: str, *statuses: int, job_id: UUID | None = JOB_ID) -> Post:
    headers = httpx2.Headers({"Retry-After": "1"})
    answers = [
        Answer(0, 0, status, headers, str(job_id or "") if status == 202 else "")
        for status in statuses
    ]
    return Post(b"", name, answers=answers)


def make_evidence(
    *posts: Post,
    state: JobState = JobState.COMPLETED,
    lives: tuple[Life, ...] = (),
    said: str = "",
) -> Evidence:
    ending = Ending(
        drained_s=1.0,
        jobs={str(JOB_ID): make_job(state)},
        next_job_s={shape.name: 1.0 for shape in ORDINARY},
        audit={},
        audit_status=0,
        unhealthy=[],
    )
    counts = Counter[str]()
    return Evidence(
        [*posts], [*lives], 0, counts, counts, counts, [], count_ends(said), ending, Path("logs")
    )


def grown(name: str, first: float, last: float) -> Life:
    return Life(name, [(0.0, 10.0), (61.0, first), (200.0, last)])


def test_what_a_patient_client_can_live_with_is_clean() -> None:
    posts = [make_post(PLAIN, 0, 503, 202), make_post(BAD[0].name, 503, 422)]
    assert judge(make_evidence(*posts, lives=(grown("gateway", 90, 140),))) == []


REFUSED = make_post(REFUSED_TABLE.name, 202)
BARE = Post(b"", PLAIN, answers=[Answer(0, 0, 503), *make_post(PLAIN, 202).answers])


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (make_evidence(make_post(PLAIN, 500, 202)), "answered with 500"),
        (make_evidence(make_post(PLAIN, 422)), "answered with 422"),
        (make_evidence(make_post(BAD[0].name, 202)), "answered with 202"),
        (make_evidence(BARE), "503 without Retry-After"),
        (make_evidence(make_post(PLAIN, 0, 503)), "never answered for good"),
        (make_evidence(make_post(PLAIN)), "never answered for good"),
        (make_evidence(make_post(PLAIN, 202), state=JobState.FAILED), "failed (provider: m)"),
        (make_evidence(make_post(PLAIN, 202), state=JobState.RUNNING), "still running"),
        (make_evidence(make_post(PLAIN, 202), state=JobState.CANCELLED), "cancelled"),
        (make_evidence(make_post(PLAIN, 202, job_id=UUID(int=5))), "not known to the gateway"),
        (make_evidence(lives=(grown("gateway", 90, 160),)), "gateway grew by 70 MiB"),
        (make_evidence(lives=(grown("kafka-1", 90, 1100),)), "kafka-1 held 1100 MiB"),
    ],
)
def test_whatever_is_wrong_is_a_line(evidence: Evidence, said: str) -> None:
    [line] = judge(evidence)
    assert said in line


def test_a_table_that_the_model_refuses_may_fail() -> None:
    assert judge(make_evidence(REFUSED, state=JobState.FAILED)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"drained_s": None}, "not drained"),
        ({"audit_status": 1, "audit": {"jobs": ["lost X"]}}, "status 1: ['lost X']"),
        ({"unhealthy": ["gateway"]}, "gateway did not say that it is ready"),
    ],
)
def test_an_end_that_is_not_well_is_a_line(fields: dict[str, object], said: str) -> None:
    evidence = make_evidence()
    [line] = judge(replace(evidence, ending=replace(evidence.ending, **fields)))  # type: ignore[arg-type]
    assert said in line


def test_each_kind_of_job_must_still_run_at_the_end() -> None:
    evidence = make_evidence()
    lines = judge(replace(evidence, ending=replace(evidence.ending, next_job_s={})))
    assert len(lines) == len(ORDINARY)


SAID = """starting gateway
row-agent ended with status {}: starting it again in 0.2 s
row-agent was killed by signal 9: starting it again in 0.2 s
"""


@pytest.mark.parametrize(("status", "is_wrong"), [(0, False), (69, False), (70, True)])
def test_a_process_that_ended_by_a_fault_of_its_own_is_named(status: int, is_wrong: bool) -> None:
    wrong = judge(make_evidence(make_post(PLAIN, 202), said=SAID.format(status)))
    assert bool(wrong) is is_wrong
    assert all(line.startswith("row-agent ended with status 70, 1 times: ") for line in wrong)
