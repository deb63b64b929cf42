"""Jobs under which processes are killed, and what that has done to them."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schemas.api.status import JobState
from schemas.job.record import Provenance
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import CommandClient, connect
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, ROOT, RunningStack, wait_until

STAGES = 3
CLIENTS = 16
FINAL_S = 120.0
NANO = 10**9
NANO_USD = "nano_usd"
PLANETS = (ROOT / "tests" / "examples" / "new-planets.json").read_bytes()


@dataclass(frozen=True)
class Damage:
    """What a kill has done.

    Attributes:
        once: Completed jobs of which each stage has answered once.
        twice: Completed jobs of which a stage has left a second answer, which nobody reads.
        lost: Jobs that did not complete.
        calls: Model calls made.
    """

    point: str
    jobs: int
    once: int
    twice: int
    lost: int
    calls: int

    @property
    def needed(self) -> int:
        """Model calls that the jobs need when nothing is killed."""
        return self.jobs * STAGES

    @property
    def numbers(self) -> tuple[int, ...]:
        """In the order of the table's columns."""
        return self.jobs, self.once, self.twice, self.lost, self.calls, self.needed


@dataclass(frozen=True)
class Drill:
    """Failpoints of one stack.

    Attributes:
        folder: Where its processes look for armed points.
    """

    stack: RunningStack
    demo: DemoServer
    folder: Path

    def run(self, point: str, owners: Iterable[str], jobs: int) -> Damage:
        """Arm a point in each owner, submit jobs, and see how they end."""
        armed = [self.folder / f"{owner}.{point}" for owner in owners]
        for file in armed:
            file.touch()
        before = self.demo.calls_begun
        ids = submit_many(self.stack, jobs)
        wait_until(lambda: not any(f.exists() for f in armed), FINAL_S, f"{point} is reached")
        return self._judge(point, ids, before)

    def _judge(self, point: str, ids: list[str], before: int) -> Damage:
        with connect(self.stack.gateway_url, retry_for_s=60) as gateway:
            for job_id in ids:
                until_final(gateway, job_id)
            answers = [count_answers(gateway, job_id) for job_id in ids]
        once = sum(most == least == 1 for most, least in answers)
        twice = sum(most > 1 and least > 0 for most, least in answers)
        calls = self.demo.calls_begun - before
        return Damage(point, len(ids), once, twice, len(ids) - once - twice, calls)


def count_damage(stack: RunningStack, point: str, jobs: int, calls: int) -> Damage:
    """What has become of all jobs of a stack, as the audit counts it, which must find it well."""
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, **RETRIES}
    audit = run_brainshare("audit", "--json", env=env)
    assert audit.returncode == 0, audit.stdout.decode()
    report = json.loads(audit.stdout)
    completed, twice = report["completed"], report["answeredTwice"]
    return Damage(point, jobs, completed - twice, twice, jobs - completed, calls)


def submit(url: str, body: bytes = PLANETS) -> str:
    """Post a job, as a client that tries again for a minute with the same key."""
    with connect(url, retry_for_s=60) as gateway:
        return str(gateway.jobs.post(body).job_id)


def submit_many(stack: RunningStack, jobs: int, body: bytes = PLANETS) -> list[str]:
    """Post jobs, several at a time."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(partial(submit, body=body), [stack.gateway_url] * jobs))


def until_final(gateway: CommandClient, job_id: str) -> None:
    """Wait for a job's end."""
    wait_until(lambda: gateway.jobs.get(job_id).status.is_final, FINAL_S, f"{job_id} is final")


def count_answers(gateway: CommandClient, job_id: str) -> tuple[int, int]:
    """How often the stages have answered a job: the most and the least of any stage."""
    events = [*gateway.jobs.history(job_id)]
    answers = Counter(event.stage for event in events if event.kind == "succeeded")
    return max(answers.values(), default=0), min(answers.values()) if len(answers) == STAGES else 0


def count(gateway: CommandClient, state: JobState) -> int:
    """How many jobs are in a state."""
    found, cursor = 0, None
    while True:
        page = gateway.jobs.page(status=state.value, limit=200, cursor=cursor)
        found, cursor = found + len(page.jobs), page.next
        if cursor is None:
            return found


def sum_used(gateway: CommandClient) -> dict[tuple[str, str], int]:
    """The tokens, and billionths of a US dollar, that all results say they have taken, by stage."""
    sums: Counter[tuple[str, str]] = Counter()
    for job_id in list_jobs(gateway):
        for stage in gateway.jobs.get(job_id).stages:
            if stage.provenance is not None:
                used = _read_used(stage.provenance)
                sums.update({(stage.name.value, kind): count or 0 for kind, count in used.items()})
    return {key: count for key, count in sums.items() if count}


def _read_used(provenance: Provenance) -> dict[str, int | None]:
    usage = provenance.usage
    return {
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cached": usage.cached_tokens,
        "reasoning": usage.reasoning_tokens,
        NANO_USD: round((provenance.cost_usd or 0.0) * NANO),
    }


def list_jobs(gateway: CommandClient) -> list[str]:
    """The ids of all jobs."""
    found, cursor = list[str](), None
    while True:
        page = gateway.jobs.page(limit=200, cursor=cursor)
        found, cursor = [*found, *(str(job.job_id) for job in page.jobs)], page.next
        if cursor is None:
            return found


def redrive_suspects(gateway: CommandClient) -> int:
    """Put back what was given up on because its process was killed twice, and say how many."""
    letters = gateway.dead_letters.page(kind=ErrorKind.CRASH_SUSPECT, limit=200).dead_letters
    for letter in letters:
        gateway.dead_letters.redrive(letter.id)
    return len(letters)


def all_completed(gateway: CommandClient, jobs: int) -> Callable[[], bool]:
    """Whether all jobs are completed; crash suspects are put back on the way."""

    def look() -> bool:
        redrive_suspects(gateway)
        return count(gateway, JobState.COMPLETED) >= jobs

    return look
