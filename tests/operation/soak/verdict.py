"""What was not as it should be, in a line each. Nothing is said of a clean run."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.api.status import JobSummary
from services.lifecycle import exit_status
from tests.operation.load import ACCEPTED, UNAVAILABLE, Post
from tests.operation.soak.ending import DRAIN_S, NEXT_JOB_S, Ending
from tests.operation.soak.fault.shape import ORDINARY, SHAPES
from tests.operation.soak.sampler import Life

WARM_S, JUDGED_S = 60.0, 120.0
"""From what age memory is compared, and how long a process must have lived for it."""

GROWTH_MIB = 64.0
BROKER_MIB = 1_000.0
"""A broker's heap is 512 MiB at most; around it are buffers, code and threads."""

NAMED = 3

ENDED = re.compile(r"^(\S+ (?:ended with status \d+|was killed by signal \d+))", re.MULTILINE)
"""What the supervisor says before what it does about it."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of a run.

    Attributes:
        posts: Every request of a user, oldest first.
        lives: Every process that was looked at, in the order in which they began.
        calls: Model calls made, and `spoiled` those of them that were answered with a fault.
        killed: How often each service was ended on purpose.
        odd_records: How often records of each odd kind were published.
        complaints: What an answer should not have been, noticed on the way.
        ends: How often each service ended, by how: what the supervisor has said.
        logs: Where the services say what they do.
    """

    posts: list[Post]
    lives: list[Life]
    calls: int
    spoiled: Counter[str]
    killed: Counter[str]
    odd_records: Counter[str]
    complaints: list[str]
    ends: Counter[str]
    ending: Ending
    logs: Path

    def job_of(self, post: Post) -> JobSummary | None:
        """What became of a request, as the gateway knows it."""
        return self.ending.jobs.get(post.job_id)


def judge(evidence: Evidence) -> list[str]:
    """Everything that failed, and how to look further."""
    rules = (_answers, _ends, _audit, _wellness, _processes, _memory)
    return [*evidence.complaints, *(line for rule in rules for line in rule(evidence))]


def _answers(evidence: Evidence) -> Iterator[str]:
    wrong: Counter[str] = Counter()
    for post in evidence.posts:
        allowed = (SHAPES[post.name].answer, UNAVAILABLE, 0)
        for answer in post.answers:
            if answer.status not in allowed:
                wrong[f"{post.name}: answered with {answer.status}"] += 1
            elif answer.status == UNAVAILABLE and "Retry-After" not in answer.headers:
                wrong[f"{post.name}: 503 without Retry-After"] += 1
        if not post.answers or not post.answers[-1].is_final:
            wrong[f"{post.name}: never answered for good"] += 1
    yield from (f"{what}, {n} times: see {evidence.logs}/gateway.log" for what, n in wrong.items())


def _ends(evidence: Evidence) -> Iterator[str]:
    """A job must be known, final, and have ended as its kind may."""
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    for post in evidence.posts:
        if not post.answers or post.answers[-1].status != ACCEPTED:
            continue
        job = evidence.job_of(post)
        if job is None:
            wrong[f"{post.name}: accepted, and not known to the gateway"].append(post.job_id)
        elif not job.status.is_final:
            wrong[f"{post.name}: still {job.status} after {DRAIN_S:g} s"].append(post.job_id)
        elif job.status not in SHAPES[post.name].ends:
            why = f" ({job.error.kind}: {job.error.message})" if job.error else ""
            wrong[f"{post.name}: {job.status}{why}"].append(post.job_id)
    for what, ids in wrong.items():
        named = ", ".join(ids[:NAMED])
        yield f"{what}, {len(ids)} jobs: grep -h {ids[0]} {evidence.logs}/*.log ({named})"


def _audit(evidence: Evidence) -> Iterator[str]:
    ending = evidence.ending
    if ending.audit_status:
        jobs = ending.audit.get("jobs", ending.audit)
        some = jobs[:NAMED] if isinstance(jobs, list) else jobs
        yield f"the audit ended with status {ending.audit_status}: {some}"


def _wellness(evidence: Evidence) -> Iterator[str]:
    ending = evidence.ending
    if ending.drained_s is None:
        yield f"not drained within {DRAIN_S:g} s: see {evidence.logs}"
    for name in ending.unhealthy:
        yield f"{name} did not say that it is ready: see {evidence.logs}/{name}.log"
    for shape in ORDINARY:
        if shape.name not in ending.next_job_s:
            yield f"{shape.name}: a job posted at the end did not complete in {NEXT_JOB_S:g} s"


def _processes(evidence: Evidence) -> Iterator[str]:
    for end, times in evidence.ends.items():
        if end.endswith(f"status {exit_status.BUG}"):
            log = f"{evidence.logs}/{end.split()[0]}.log"
            yield f"{end}, {times} times: grep -h watchdog_ends_process {log}"


def count_ends(said: str) -> Counter[str]:
    """How often each service ended, by how, such as `gateway ended with status 69`."""
    return Counter(match[1] for match in ENDED.finditer(said))


def _memory(evidence: Evidence) -> Iterator[str]:
    for life in evidence.lives:
        is_broker = life.name.startswith("kafka")
        most = max(mb for _, mb in life.samples)
        if is_broker and most > BROKER_MIB:
            yield f"{life.name} held {most:.0f} MiB, bound {BROKER_MIB:.0f}"
        if not is_broker and growth_of(life) > GROWTH_MIB:
            yield (
                f"{life.name} grew by {growth_of(life):.0f} MiB in {life.seconds:.0f} s, bound"
                f" {GROWTH_MIB:.0f}"
            )


def growth_of(life: Life) -> float:
    """By how much a process has grown once it was warm, in MiB; 0 where it lived too short."""
    if life.seconds < JUDGED_S:
        return 0.0
    return life.samples[-1][1] - life.resident_at(WARM_S)
