"""The end of a soak: everything is drained, counted and looked at, while the stack still runs."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.api.status import JobState, JobSummary
from services.cli.client.command_client import CommandClient, connect
from services.cli.terminal.error import CliError
from tests.operation.load import pause
from tests.operation.soak.fault.shape import ORDINARY, SHAPES
from tests.operation.soak.site import Site
from tests.pipeline.command import run_brainshare
from tests.stack import wait_until

DRAIN_S = 300.0
NEXT_JOB_S = 30.0
AUDIT_S = 300.0
LOOK_S = 1.0
OPEN = (JobState.PENDING, JobState.RUNNING, JobState.CANCELLING)
HEALTHY = ("gateway", "table-agent", "column-agent", "row-agent")


@dataclass(frozen=True)
class Ending:
    """What was there at the end.

    Attributes:
        drained_s: From when the last fault was taken away until every job was final; None where
            they never were.
        jobs: All that the gateway knows, by id.
        next_job_s: What each kind of ordinary job took then; it is missing where it did not end.
        audit: What the audit has printed, as JSON, and its exit status.
        unhealthy: Services that did not say that they are well.
    """

    drained_s: float | None
    jobs: dict[str, JobSummary]
    next_job_s: dict[str, float]
    audit: dict[str, Any]
    audit_status: int
    unhealthy: list[str]


def measure_calm_calls(site: Site) -> dict[str, int]:
    """Model calls that each kind of job needs when nothing goes wrong."""
    needed = {}
    with connect(site.stack.gateway_url) as gateway:
        for shape in SHAPES.values():
            if not shape.is_accepted:
                continue
            before = site.demo.calls_begun
            _run(gateway, shape.body, DRAIN_S)
            needed[shape.name] = site.demo.calls_begun - before
    return needed


def end(site: Site, begun_at: float, tiers: str) -> Ending:
    """Wait until all is drained, with a bound, and look at everything."""
    with connect(site.stack.gateway_url, retry_for_s=DRAIN_S) as gateway:
        drained_s = _drain(gateway, begun_at)
        jobs = {str(job.job_id): job for job in list_jobs(gateway)}
        next_job_s = dict(_next_jobs(gateway))
    env = {"KAFKA_BOOTSTRAP_SERVERS": site.cluster.servers, "RETRY_TIERS": tiers}
    audit = run_brainshare("audit", "--json", env=env, timeout_s=AUDIT_S)
    report = json.loads(audit.stdout) if audit.stdout else {"error": audit.stderr.decode()}
    unhealthy = [name for name in HEALTHY if not _is_healthy(site.stack.address(name))]
    unhealthy += [node.name for node in site.cluster.nodes if not site.cluster.is_known_to(node)]
    return Ending(drained_s, jobs, next_job_s, report, audit.returncode, unhealthy)


def list_jobs(gateway: CommandClient) -> Iterator[JobSummary]:
    """Every job, newest first."""
    cursor = None
    while True:
        page = gateway.jobs.page(limit=200, cursor=cursor)
        yield from page.jobs
        cursor = page.next
        if cursor is None:
            return


def _drain(gateway: CommandClient, begun_at: float) -> float | None:
    gives_up_at = time.monotonic() + DRAIN_S
    while any(gateway.jobs.page(status=state.value, limit=1).jobs for state in OPEN):
        if time.monotonic() > gives_up_at:
            return None
        pause(LOOK_S)
    return time.monotonic() - begun_at


def _next_jobs(gateway: CommandClient) -> Iterator[tuple[str, float]]:
    for shape in ORDINARY:
        begun_at = time.monotonic()
        try:
            _run(gateway, shape.body, NEXT_JOB_S)
        except (AssertionError, CliError):
            continue
        yield shape.name, time.monotonic() - begun_at


def _run(gateway: CommandClient, body: bytes, seconds: float) -> None:
    job_id = str(gateway.jobs.post(body).job_id)
    wait_until(lambda: gateway.jobs.get(job_id).status.is_final, seconds, f"{job_id} is final")
    state = gateway.jobs.get(job_id).status
    assert state is JobState.COMPLETED, f"{job_id} is {state}"


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
