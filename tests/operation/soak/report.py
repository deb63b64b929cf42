"""What a soak has seen, as tables."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from schemas.api.status import JobState
from tests.operation.load import ACCEPTED, UNAVAILABLE
from tests.operation.soak.run import Planted, Run
from tests.operation.soak.verdict import (
    BROKER_MIB,
    GROWTH_MIB,
    JUDGED_S,
    WARM_S,
    Evidence,
    growth_of,
)


def print_report(evidence: Evidence, run: Run, calm_calls: dict[str, int]) -> None:
    """Print everything that was counted and measured."""
    console = Console()
    for table in (
        _jobs(evidence),
        _calls(evidence, calm_calls),
        _faults(evidence, run),
        _processes(evidence),
        _list_ends(evidence),
    ):
        console.print(table)


def _jobs(evidence: Evidence) -> Table:
    table = Table("jobs", "", title="What became of the requests", title_justify="left")
    posts, ending = evidence.posts, evidence.ending
    answers = [answer for post in posts for answer in post.answers]
    table.add_row("requests posted", str(len(posts)))
    accepted = {post.job_id for post in posts if post.job_id}
    table.add_row("jobs accepted", str(len(accepted)))
    refused = Counter(answer.status for answer in answers if answer.status != ACCEPTED)
    for status, number in sorted(refused.items()):
        again = " (and posted again with its key)" if status in (0, UNAVAILABLE) else ""
        table.add_row(f"POSTs answered with {status or 'nothing'}{again}", str(number))
    jobs = list(ending.jobs.values())
    states = Counter(job.status for job in jobs)
    for state in JobState:
        table.add_row(state.value, str(states[state]))
    kinds = Counter(job.error.kind for job in jobs if job.error and job.status == "failed")
    for kind, number in kinds.most_common():
        table.add_row(f"failed: {kind}", str(number))
    drained = "never" if ending.drained_s is None else f"{ending.drained_s:.0f} s"
    table.add_row("drained after the last fault", drained)
    table.add_row("audit", f"status {ending.audit_status}: {_audit(evidence)}")
    table.add_row(
        "one job of each kind afterwards", f"{max(ending.next_job_s.values(), default=0):.1f} s"
    )
    for name, number in evidence.odd_records.items():
        table.add_row(f"{name}: published", f"{number} times")
    return table


def _audit(evidence: Evidence) -> str:
    counts = evidence.ending.audit
    names = ("accepted", "completed", "failed", "cancelled", "open", "lost", "duplicated")
    more = ("orphaned", "answeredTwice")
    return ", ".join(f"{name} {counts[name]}" for name in (*names, *more) if name in counts)


def _calls(evidence: Evidence, calm_calls: dict[str, int]) -> Table:
    table = Table("model calls", "", title="Calls", title_justify="left")
    completed = [
        post.name
        for post in evidence.posts
        if (job := evidence.job_of(post)) and job.status is JobState.COMPLETED
    ]
    needed = sum(calm_calls[name] for name in completed)
    spoiled = evidence.spoiled.total()
    table.add_row("needed by the completed jobs, were all calm", str(needed))
    table.add_row("made, counted each second", str(evidence.calls))
    table.add_row("of them answered with a fault", str(spoiled))
    table.add_row("more than needed, apart from those", str(evidence.calls - spoiled - needed))
    for name, number in evidence.spoiled.most_common():
        table.add_row(f"fault {name}", str(number))
    return table


def _faults(evidence: Evidence, run: Run) -> Table:
    table = Table(
        "fault", "times", "until a job completes", "until a new job completes",
        title="From the end of a fault, in seconds: median / most", title_justify="left",
    )  # fmt: skip
    completions = sorted(_completions(evidence))
    ends = [completed_at for completed_at, _ in completions]
    kinds: dict[str, list[Planted]] = {}
    for planted in run.planted:
        kinds.setdefault(f"{planted.planned.lane}: {planted.planned.kind.name}", []).append(planted)
    for name, all_of_it in sorted(kinds.items()):
        until_any = [_first(p.ended_at, ends) for p in all_of_it]
        until_new = [
            _first(p.ended_at, [at for at, posted_at in completions if posted_at > p.ended_at])
            for p in all_of_it
        ]
        table.add_row(name, str(len(all_of_it)), _spread(until_any), _spread(until_new))
    for name, number in Counter(run.missed).items():
        table.add_row(f"{name}: could not be planted", str(number), "", "")
    return table


def _completions(evidence: Evidence) -> Iterator[tuple[float, float]]:
    """When each job was completed, and when it was last posted, by the monotonic clock."""
    ahead_s = time.time() - time.monotonic()
    for post in evidence.posts:
        job = evidence.job_of(post)
        if job and job.status is JobState.COMPLETED and job.completed_at:
            yield job.completed_at.timestamp() - ahead_s, post.answers[0].begun_at


def _first(since: float, moments: Iterable[float]) -> float | None:
    return next((at - since for at in moments if at > since), None)


def _spread(seconds: list[float | None]) -> str:
    known = [s for s in seconds if s is not None]
    if not known:
        return "none came"
    return f"{statistics.median(known):.1f} / {max(known):.1f}"


def _processes(evidence: Evidence) -> Table:
    table = Table(
        "service", "starts again", "of them by a fault", "first MiB", "most", "last", "growth",
        title=f"Memory: growth from {WARM_S:g} s of age of a process that lived {JUDGED_S:g} s;"
        f" bound {GROWTH_MIB:g} MiB, brokers {BROKER_MIB:g} MiB in all",
        title_justify="left",
    )  # fmt: skip
    for name in dict.fromkeys(life.name for life in evidence.lives):
        lives = [life for life in evidence.lives if life.name == name]
        most = max(mb for life in lives for _, mb in life.samples)
        first, last = lives[0].samples[0][1], lives[-1].samples[-1][1]
        growth = max(map(growth_of, lives))
        sizes = (f"{size:.0f}" for size in (first, most, last, growth))
        table.add_row(name, str(len(lives) - 1), str(evidence.killed[name]), *sizes)
    return table


def _list_ends(evidence: Evidence) -> Table:
    """How processes ended: 0 after SIGTERM, 69 where no broker was there, 70 a fault of ours."""
    table = Table("how a service ended", "times")
    for end, times in sorted(evidence.ends.items()):
        table.add_row(end, str(times))
    return table
