"""A replay is a shadow, unless a live one was planned and agreed to, on a real broker."""

import pytest

from schemas.job.record import StageRecord
from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.pipeline.command import run_brainshare
from tests.pipeline.kafka_view import NAMES
from tests.pipeline.test_replay import Post, Replays, post, replays

__all__ = ["post", "replays"]

pytestmark = pytest.mark.timeout(300)

JOBS, RATE = 80, 2
"""Started for 40 s: it is the rate that says how long that takes."""


def test_a_replay_says_of_what_it_is_one(replays: Replays, post: Post) -> None:
    tag, jobs = post(1)
    replays.plan(StageName.ROW, tag)
    replays.start()
    requests, found = NAMES.requests(StageName.ROW), replays.records(replays.read())
    job = next(StageRecord.from_json(value).job for topic, _, value in found if topic == requests)
    assert job.replay is not None
    assert (str(job.replay.source_job_id), job.replay.is_shadow) == (jobs[0], True)


def test_a_live_one_is_asked_about_and_is_a_job_like_any_other(
    replays: Replays, post: Post, gateway: CommandClient
) -> None:
    tag, (source,) = post(1)
    replays.plan(StageName.ROW, tag, "--live")
    refused = run_brainshare("replay", "run", str(replays.manifest), env=replays.env)
    assert refused.returncode == 1
    assert "start 1 new jobs that people see" in refused.stdout.decode()
    assert replays.records(replays.read()) == []
    replays.run("run", str(replays.manifest), "--yes")
    replays.until_answered()
    (live,) = replays.read().by_replay
    assert [*follow(gateway, str(live))][-1].status.value == "completed"
    listed = {str(job.job_id) for job in gateway.jobs.list(tag=tag)}
    assert listed == {source, str(live)}


@pytest.mark.long
def test_it_takes_as_long_as_was_planned(
    replays: Replays, post: Post, gateway: CommandClient
) -> None:
    """In the long form: of few jobs the last one, which nothing is planned for, weighs too much."""
    tag, _ = post(JOBS)
    plan = replays.plan(StageName.ROW, tag, "--rate", str(RATE))
    assert plan["startS"] == JOBS / RATE
    replays.start(RATE)
    replays.until_answered()
    jobs = [gateway.jobs.get(str(job)) for job in replays.read().by_replay]
    ends = [job.completed_at for job in jobs if job.completed_at is not None]
    took = max(ends) - min(job.accepted_at for job in jobs)
    assert len(ends) == JOBS
    assert took.total_seconds() == pytest.approx(plan["startS"] + plan["jobS"], rel=0.1)


NO_PARTITION = {"KAFKA_PARTITIONS": "12"}
NO_TOPIC = {"KAFKA_TOPIC_PREFIX": "elsewhere."}


@pytest.mark.parametrize(
    ("env", "status", "told"),
    [
        ({}, 1, "no job that the topics keep is meant by"),
        (NO_PARTITION, 11, "has 6 partitions, the settings ask for 12: set KAFKA_PARTITIONS to 6"),
        (NO_TOPIC, 11, "missing topics: elsewhere.table.requests"),
    ],
    ids=["no job", "no such partition", "no such topic"],
)
def test_what_cannot_be_planned_is_told_and_nothing_is_written(
    env: dict[str, str], status: int, told: str, replays: Replays
) -> None:
    words = ("plan", "--stage", "row", "--tag", "of no job", "-o", str(replays.manifest))
    done = run_brainshare("replay", *words, env=replays.env | env)
    assert (done.returncode, replays.manifest.exists()) == (status, False)
    assert told in done.stderr.decode()
    assert replays.stack.brokers in done.stderr.decode()
