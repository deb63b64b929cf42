"""Agents are told to stop just after a broker went away: a deploy in the middle of an outage."""

import signal
import time
from pathlib import Path

import psutil
import pytest

from schemas.api.status import JobState
from schemas.stage import StageName
from services.cli.client.command_client import connect
from services.lifecycle import exit_status
from tests.crash.drill import FINAL_S, PLANETS, count
from tests.operation.cluster import Cluster, running_cluster
from tests.operation.load import Post, open_clients, pause
from tests.operation.measure import Measure
from tests.operation.soak.verdict import count_ends
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack, running_stack, wait_until

AFTER_S = (0.2, 1.0, 2.5)
"""How long after the node was killed they are told to: what they wait for then differs."""

JOBS_PER_S = 3.0
LOAD_S = 5.0
CALL_MS = 300
END_S = 60.0
AGENTS = tuple(f"{stage.value}-agent" for stage in StageName)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_stop_while_a_broker_is_away_is_a_stop_and_no_fault(
    tmp_path: Path, measures: list[Measure]
) -> None:
    with running_cluster(tmp_path / "cluster") as cluster:
        env = {"KAFKA_BOOTSTRAP_SERVERS": cluster.servers}
        with running_stack(tmp_path / "stack", "--with-demo", env=env) as stack:
            DemoServer(f"http://{stack.address('demo-llm')}").misbehave(latency_ms=CALL_MS)
            with (
                open_clients(stack.gateway_url) as clients,
                clients.posting(JOBS_PER_S, lambda: Post(PLANETS)),
            ):
                took_s = [s for after_s in AFTER_S for s in stop_agents(stack, cluster, after_s)]
            jobs = len(clients.posts)
            with connect(stack.gateway_url, retry_for_s=60) as gateway:
                wait_until(lambda: count(gateway, JobState.COMPLETED) >= jobs, FINAL_S, "all jobs")
            ends = count_ends((stack.data_dir / "up.log").read_text(errors="replace"))
    measures.append(
        Measure(
            "agents told to stop 0.2, 1 and 2.5 s after a node of two was killed",
            f"each ends with {exit_status.STOPPED}, and every job completes",
            f"{len(took_s)} stops of at most {max(took_s):.0f} s; {jobs} jobs; "
            + ", ".join(f"{end} ({times})" for end, times in sorted(ends.items())),
        )
    )
    assert all(end.endswith(f"status {exit_status.STOPPED}") for end in ends), ends


def stop_agents(stack: RunningStack, cluster: Cluster, after_s: float) -> list[float]:
    """Take a node away, tell the agents to stop, and say how long each took, in seconds."""
    pause(LOAD_S)
    told = [psutil.Process(stack.pid(name)) for name in AGENTS]
    cluster.second.end(signal.SIGKILL)
    pause(after_s)
    began_at, took_s = time.monotonic(), []
    for process in told:
        process.terminate()
    _, left = psutil.wait_procs(told, END_S, lambda _: took_s.append(time.monotonic() - began_at))
    assert not left, f"not ended within {END_S:g} s: {left}"
    cluster.second.start()
    cluster.until_whole()
    return took_s
