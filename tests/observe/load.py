"""A scripted load that comes to every outcome: answers, retries, dead letters, a cancel."""

from contextlib import suppress

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient
from services.cli.terminal.error import CliError
from tests.pipeline.demo_server import DemoServer
from tests.stack import ROOT, wait_until

BODIES = [path.read_bytes() for path in sorted((ROOT / "tests" / "examples").glob("*.json"))]
PLANETS = (ROOT / "tests" / "examples" / "new-planets.json").read_bytes()
ENDS_S = 120.0


def play(gateway: CommandClient, demo: DemoServer) -> None:
    """Post jobs, and let the model fail in some ways, until all have ended."""
    sent = [gateway.jobs.post(body) for body in BODIES]
    sent += [gateway.jobs.post(PLANETS, key="once") for _ in range(2)]
    _wait(gateway, [str(job.job_id) for job in sent])
    demo.misbehave("500", at_most=3)
    passing = gateway.jobs.post(PLANETS)
    _wait(gateway, [str(passing.job_id)])
    demo.misbehave("refusal")
    failing = gateway.jobs.post(PLANETS)
    _wait(gateway, [str(failing.job_id)])
    demo.act({"faults": {}, "latencyMs": 3_000})
    slow = gateway.jobs.post(PLANETS)
    with suppress(CliError):
        gateway.jobs.cancel(str(slow.job_id))
    _wait(gateway, [str(slow.job_id)])
    demo.be_well()
    for letter in gateway.dead_letters.page(limit=1).dead_letters:
        gateway.dead_letters.redrive(letter.id)
    with suppress(CliError):
        gateway.jobs.get("no-such-job")
    last = gateway.jobs.post(PLANETS)
    assert _wait(gateway, [str(last.job_id)]) == [JobState.COMPLETED]


def _wait(gateway: CommandClient, job_ids: list[str]) -> list[JobState]:
    states: dict[str, JobState] = {}

    def are_over() -> bool:
        states.update({job_id: gateway.jobs.get(job_id).status for job_id in job_ids})
        return all(state.is_final for state in states.values())

    wait_until(are_over, ENDS_S, "all jobs of the load have ended")
    return list(states.values())
