"""A shadow replay leaves all that is live as it was: 500 jobs of it in the long form."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from schemas.stage import StageName
from services.cli.client.command_client import CommandClient
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import KafkaView
from tests.pipeline.test_main_job import PLANETS
from tests.pipeline.test_promotion import read_results
from tests.pipeline.test_replay import Post, Replays, post, replays
from tests.pipeline.webhook_endpoint import open_endpoint
from tests.stack import RunningStack

__all__ = ["post", "replays"]

pytestmark = pytest.mark.timeout(1_200)

JOBS, JOBS_LONG, ANSWERED_S = 5, 500, 400.0
TOLD = ("job.completed", "job.failed", "job.cancelled", "job.result_changed")
CONTEXT = json.loads(PLANETS)["context"]
OTHERWISE = "unit"
"""A slip by which a model answers as with another prompt: cells are others, and flagged."""
TRIED = "You fill tables, and say every number with its unit."


def look(stack: RunningStack, gateway: CommandClient, tag: str, jobs: list[str]) -> dict[str, Any]:
    """What people see of some jobs, to the byte."""
    asked = {"tag": tag, "limit": "200"}
    return {
        "results": read_results(stack, jobs),
        "statuses": [gateway.jobs.get(job).to_json() for job in jobs],
        "list": httpx2.get(f"{stack.gateway_url}/v1/jobs", params=asked, trust_env=False).content,
        "length": len([*gateway.jobs.list(tag=tag)]),
    }


def test_what_is_live_is_as_before_and_only_the_changed_stage_is_called(
    stack: RunningStack,
    replays: Replays,
    post: Post,
    gateway: CommandClient,
    demo: DemoServer,
    pytestconfig: pytest.Config,
) -> None:
    count = JOBS_LONG if pytestconfig.getoption("--long", default=False) else JOBS
    view = KafkaView(stack)
    tag, jobs = post(count, context=CONTEXT)
    for stage in StageName:
        asyncio.run(view.until_consumed(stage))
    before, ends = look(stack, gateway, tag, jobs), asyncio.run(view.end())
    with open_endpoint(stack.gateway_url, *TOLD) as endpoint:
        expected = replays.plan(StageName.ROW, tag)["expected"]
        called = demo.calls_begun
        replays.start()
        replays.until_answered(ANSWERED_S)
        assert demo.calls_begun - called == sum(one["calls"] for one in expected)
        assert look(stack, gateway, tag, jobs) == before
        assert endpoint.deliveries() == []
    own = {str(job) for job in replays.read().by_replay}
    assert asyncio.run(view.keys_since(ends)) == own
    found = replays.compare()
    assert (found["all"]["n"], found["all"]["same"], found["worst"]) == (count, count, [])


def test_what_has_changed_is_shown(replays: Replays, post: Post, demo: DemoServer) -> None:
    tag, _ = post(3, context=CONTEXT)
    replays.plan(StageName.ROW, tag)
    demo.misbehave(OTHERWISE)
    replays.start()
    replays.until_answered(ANSWERED_S)
    found = replays.compare()
    assert (found["all"]["worse"] + found["all"]["changed"], found["all"]["same"]) == (3, 0)
    assert all(case["cells"] for case in found["worst"])


def test_a_prompt_from_a_file_shows_what_it_changes_and_live_jobs_keep_theirs(
    replays: Replays, post: Post, demo: DemoServer, tmp_path: Path
) -> None:
    tag, _ = post(2, context=CONTEXT)
    (tmp_path / "new.txt").write_text(TRIED, encoding="utf-8")
    replays.plan(StageName.ROW, tag, "--prompt", str(tmp_path / "new.txt"))
    # The model heeds what it is told, and whoever is not told so is answered as before.
    demo.act({"faults": {OTHERWISE: 1.0}, "onlyWhenText": TRIED})
    try:
        others = begun_but_rows(demo)
        replays.start()
        replays.until_answered(ANSWERED_S)
        assert begun_but_rows(demo) == others
        heeded = demo.count_faults(OTHERWISE)
        post(1, context=CONTEXT)
        assert demo.count_faults(OTHERWISE) == heeded >= 2
    finally:
        demo.act({"faults": {}, "onlyWhenText": ""})
    found = replays.compare()["all"]
    assert (found["worse"] + found["changed"], found["same"], found["ofAnother"]) == (2, 0, 0)


def begun_but_rows(demo: DemoServer) -> dict[str, int]:
    """How many calls each stage but that of rows has begun."""
    by_schema = demo.stats["bySchema"]
    return {name: by_schema[name]["begun"] for name in by_schema if not name.startswith("row")}
