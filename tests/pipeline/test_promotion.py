"""Results of a replay become those of their jobs, and are taken back, on a real broker."""

import json
from pathlib import Path

import httpx2
import pytest

from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS
from tests.pipeline.test_replay import Post, Replays, post, replays
from tests.stack import RETRIES, RunningStack, wait_until

__all__ = ["post", "replays"]

pytestmark = pytest.mark.timeout(1_200)

COLUMNS = {"stages": ["column"]}
JOBS, MANY_S = 50, 300.0


def read_results(stack: RunningStack, jobs: list[str], **asked: int) -> list[bytes]:
    """The results of jobs, to the byte, as JSON and as CSV."""
    paths = [f"{stack.gateway_url}/v1/jobs/{job}/{f}" for job in jobs for f in FILES]
    return [httpx2.get(path, params=asked).raise_for_status().content for path in paths]


FILES = ("result", "result.csv")


def fail_one(gateway: CommandClient, demo: DemoServer, tag: str) -> str:
    """A job that has been given up on."""
    demo.misbehave("refusal")
    body = json.loads(PLANETS) | COLUMNS | {"tags": [tag]}
    job = str(gateway.jobs.post(json.dumps(body).encode()).job_id)
    assert [*follow(gateway, job)][-1].status.value == "failed"
    demo.be_well()
    return job


def promote_otherwise(replays: Replays, tag: str, jobs: list[str], folder: Path) -> None:
    """Promote the results that another replay of these jobs has come to."""
    (folder / "jobs.txt").write_text("\n".join(jobs))
    other = Replays(replays.stack, folder)
    other.plan(StageName.COLUMN, tag, "--jobs-file", str(folder / "jobs.txt"))
    other.start()
    other.until_answered(MANY_S)
    told = other.run("promote", str(other.manifest), "--yes").stdout.decode()
    assert told == f"promoted {len(jobs)} of {len(jobs)} results\n"


def rebuild(stack: RunningStack) -> None:
    words = ("rebuild", "--data-dir", str(stack.data_dir))
    done = run_brainshare(*words, env=RETRIES, timeout_s=MANY_S)
    assert done.returncode == 0, done.stderr.decode()


def test_promote_50_of_which_5_have_changed_and_roll_them_back(
    stack: RunningStack,
    replays: Replays,
    post: Post,
    gateway: CommandClient,
    demo: DemoServer,
    tmp_path: Path,
) -> None:
    tag, jobs = post(JOBS - 1, **COLUMNS)
    failed = fail_one(gateway, demo, tag)
    before = read_results(stack, jobs)
    assert replays.plan(StageName.COLUMN, tag)["jobs"] == JOBS
    replays.start()
    replays.until_answered(MANY_S)

    deleted, otherwise, left = jobs[:2], jobs[2:4], jobs[4:]
    (tmp_path / "other").mkdir()
    promote_otherwise(replays, tag, otherwise, tmp_path / "other")
    for job in deleted:
        gateway.jobs.delete(job)
    gateway.jobs.retry(failed)
    wait_until(lambda: gateway.jobs.get(failed).progress == 1, MANY_S, "it has completed")

    own = before[4 * len(FILES) :]
    manifest = str(replays.manifest)
    told = replays.run("promote", manifest, "--yes").stdout.decode().splitlines()
    assert told[0] == "promoted 45 of 50 results, 5 skipped"
    why = {line.split(maxsplit=2)[1].rstrip(":"): line for line in told[1:]}
    assert set(why) == {*deleted, *otherwise, failed}
    assert all("somebody has deleted it" in why[job] for job in deleted)
    assert all("version 2, has been promoted since" in why[job] for job in otherwise)
    assert "has been run again since" in why[failed]
    again = replays.run("promote", manifest, "--yes").stdout.decode().splitlines()
    assert again[0] == "promoted 0 of 50 results, 45 were promoted before, 5 skipped"

    promoted = read_results(stack, left)
    assert all(now != was for now, was in zip(promoted[::2], own[::2], strict=True))
    assert read_results(stack, left, version=1) == own
    rebuild(stack)
    assert read_results(stack, left) == promoted

    back = replays.run("rollback", manifest, "--yes").stdout.decode().splitlines()
    assert back[0] == "rolled back 45 of 50 results, 1 had their own, 4 skipped"
    assert read_results(stack, left) == own
    rebuild(stack)
    assert read_results(stack, left) == own
    assert read_results(stack, left, version=2) == promoted
