"""An upgrade as the page of planned work has it, and the way back: every accepted job completes."""

from pathlib import Path

import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient, connect
from tests.crash.drill import PLANETS, count
from tests.operation.fleet import GATEWAY, Fleet, running_fleet
from tests.operation.load import Post, open_clients
from tests.operation.measure import Measure
from tests.operation.release import AGENTS, unpack_earlier
from tests.stack import ROOT, wait_until

RATE = 2.0
BETWEEN = 6
"""Jobs that are accepted and completed before the next part begins."""

PATIENCE_S = 240.0


def until_more(fleet: Fleet) -> None:
    """Jobs come through as things stand now."""
    with connect(fleet.url, retry_for_s=PATIENCE_S) as gateway:
        before = count_done(gateway)
        what = f"{BETWEEN} more jobs are completed; see {fleet.folder}"
        wait_until(lambda: count_done(gateway) >= before + BETWEEN, PATIENCE_S, what)


def count_done(gateway: CommandClient) -> int:
    return count(gateway, JobState.COMPLETED)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_rolling_upgrade_and_the_way_back_lose_no_job(
    tmp_path: Path, measures: list[Measure]
) -> None:
    earlier = unpack_earlier(tmp_path / "earlier")
    with (
        running_fleet(tmp_path / "fleet", earlier) as fleet,
        open_clients(fleet.url) as clients,
    ):
        with clients.posting(RATE, lambda: Post(PLANETS)):
            until_more(fleet)
            fleet.apply_topics(ROOT)
            for name in (GATEWAY, *AGENTS):
                assert fleet.replace(name, ROOT)
            until_more(fleet)
            for name in reversed(AGENTS):
                fleet.replace(name, earlier)
            keeps_tables = fleet.replace(GATEWAY, earlier)
            until_more(fleet)
        refused = [[a.status for a in p.answers] for p in clients.posts if not p.job_id]
        assert refused == [], f"posts that were not accepted, by their answers; see {fleet.folder}"
        jobs = {post.job_id for post in clients.posts}
        with connect(fleet.url, retry_for_s=PATIENCE_S) as gateway:
            what = f"{len(jobs)} jobs are completed; see {fleet.folder}"
            wait_until(lambda: count_done(gateway) >= len(jobs), PATIENCE_S, what)
            assert {gateway.jobs.get(job).status for job in jobs} == {JobState.COMPLETED}
        fleet.run(ROOT, "audit")
        assert fleet.bad_ends == {}
    told = "one database" if keeps_tables else "the way back filled its tables anew"
    measures.append(
        Measure("rolling upgrade and back", "every job completes", f"{len(jobs)} did; {told}")
    )
