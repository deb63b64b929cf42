"""Several jobs are followed by one connection: no state twice, and each to its end."""

from collections import deque
from collections.abc import Iterable, Sequence
from uuid import UUID

import httpx2
import pytest

from brainshare_client import Brainshare, JobChange
from brainshare_client.exchange.retry import Failed
from brainshare_client.request.several_jobs import AT_A_TIME
from schemas.api.problem import Problem
from schemas.api.status import FeedPage, JobState, JobSummary, Links
from tests.factory import NOW

RUNNING, COMPLETED, FAILED = JobState.RUNNING, JobState.COMPLETED, JobState.FAILED
LOST = "the connection is lost"
Batch = Sequence[JobSummary] | str
"""What has happened by the next page: changes, that the connection is lost, or a deleted job."""


def name(number: int) -> str:
    return str(UUID(int=number))


def job(number: int, version: int, status: JobState = RUNNING) -> JobSummary:
    return JobSummary(
        **{"job_id": UUID(int=number), "table_id": "t", "title": "", "status": status},
        **{"progress": 0.0, "accepted_at": NOW, "started_at": None, "completed_at": None},
        **{"error": None, "stages": (), "version": version},
        links=Links(status="", events="", cancel=""),
    )


class Feed:
    """A gateway: each page tells the next batch, and one from the beginning how all jobs are."""

    def __init__(self, jobs: Sequence[JobSummary], *batches: Batch) -> None:
        self.jobs = {str(job.job_id): job for job in jobs}
        self.batches = deque(batches)
        self.asked: list[tuple[str | None, list[str]]] = []

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as a gateway would."""
        if request.url.path != "/v1/events":
            return self._show(request.url.path.rpartition("/")[2])
        after = request.url.params.get("after")
        wanted = [one.removeprefix("job:") for one in request.url.params["topics"].split(",")]
        self.asked.append((after, wanted))
        batch: Batch = self.batches.popleft() if after and self.batches else ()
        if batch == LOST:
            raise httpx2.ReadError(LOST)
        if isinstance(batch, str):
            del self.jobs[batch]
            batch = ()
        self.jobs |= {str(job.job_id): job for job in batch}
        told: Iterable[JobSummary] = batch if after else self.jobs.values()
        page = FeedPage(
            events=(),
            jobs=tuple(job for job in told if str(job.job_id) in wanted),
            next=f"f-{len(self.asked)}",
            is_reset=after is None,
        )
        return httpx2.Response(200, content=page.to_json(), headers={"Preference-Applied": "wait"})

    def _show(self, job_id: str) -> httpx2.Response:
        if job_id in self.jobs:
            return httpx2.Response(200, json={**_read(self.jobs[job_id]), "result": None})
        told = Problem(type="", title="", status=404, detail="none", instance="", request_id="")
        return httpx2.Response(404, content=told.to_json())


def _read(job: JobSummary) -> dict[str, object]:
    return job.model_dump(mode="json", by_alias=True)


class AtOnce:
    """Asks again without a pause."""

    def pause_s(self, failed: Failed) -> float:
        """None."""
        return 0.0


def follow(feed: Feed, *job_ids: str) -> list[JobChange]:
    http = httpx2.Client(transport=httpx2.MockTransport(feed.answer))
    with Brainshare("http://gateway", http_client=http, retry=AtOnce()) as client:
        return list(client.jobs.watch_many(job_ids))


def shorten(changes: Sequence[JobChange]) -> list[tuple[int, int | None]]:
    """Which job at which version, None where it cannot be followed."""
    return [(UUID(c.job_id).int, c.job.version if c.job else None) for c in changes]


ONE_TWO = [job(1, 1), job(2, 1)]
BEGUN, END = [(1, 1), (2, 1)], [(1, 4), (2, 4)]
DONE = [job(1, 4, COMPLETED), job(2, 4, FAILED)]


@pytest.mark.parametrize(
    ("batches", "told"),
    [
        ([DONE], [*END]),
        ([DONE[:1], DONE[1:]], [*END]),
        ([[job(1, 1)], [job(1, 3), job(2, 2)], ONE_TWO, [job(1, 2)], DONE], [(1, 3), (2, 2), *END]),
        ([[job(3, 9)], [job(1, 2)], DONE], [(1, 2), *END]),
        ([LOST, DONE[:1], LOST, LOST, DONE[1:]], [*END]),
    ],
    ids=["together", "in turn", "old and repeated", "of another job", "lost connections"],
)
def test_no_state_is_told_twice_and_none_that_is_older(
    batches: list[Batch], told: list[tuple[int, int]]
) -> None:
    assert shorten(follow(Feed(ONE_TWO, *batches), name(1), name(2))) == [*BEGUN, *told]


def test_a_lost_connection_is_gone_on_from_where_it_was() -> None:
    feed = Feed([job(1, 1)], [job(1, 2)], LOST, [job(1, 3, COMPLETED)])
    follow(feed, name(1))
    assert [after for after, _ in feed.asked] == [None, "f-1", "f-2", "f-2"]


def test_who_has_ended_is_asked_for_no_more() -> None:
    feed = Feed(ONE_TWO, [job(1, 2, COMPLETED)], [job(2, 2, COMPLETED)])
    follow(feed, name(1), name(2), name(1))
    assert [wanted for _, wanted in feed.asked] == [
        [name(1), name(2)],
        [name(1), name(2)],
        [name(2)],
    ]


@pytest.mark.parametrize("given", [name(7), "no-id"])
def test_one_that_is_not_there_is_told_and_stops_no_other(given: str) -> None:
    changes = follow(Feed([job(1, 1)], [job(1, 2, COMPLETED)]), given, name(1))
    lost = [change for change in changes if change.error]
    assert [(change.job_id, str(change.error)[:3]) for change in lost] == [(given, "404")]
    assert [change.job.version for change in changes if change.job] == [1, 2]


def test_one_that_is_deleted_meanwhile_is_told_once_nothing_else_happens() -> None:
    feed = Feed(ONE_TWO, name(1), [job(2, 2, COMPLETED)])
    assert shorten(follow(feed, name(1), name(2))) == [*BEGUN, (1, None), (2, 2)]


def test_tables_that_were_filled_anew_may_count_otherwise() -> None:
    feed = Feed([job(1, 5)])
    changes: list[JobChange] = []
    http = httpx2.Client(transport=httpx2.MockTransport(feed.answer))
    with Brainshare("http://gateway", http_client=http) as client:
        for change in client.jobs.watch_many([name(1)]):
            changes.append(change)
            feed.jobs[name(1)] = job(1, 3, COMPLETED)
    assert shorten(changes) == [(1, 5), (1, 3)]


def test_more_than_a_gateway_takes_at_a_time_are_all_told_to_their_end() -> None:
    numbers = range(1, 2 * AT_A_TIME + 51)
    batches = [[job(number, 2, COMPLETED)] for number in numbers]
    feed = Feed([job(number, 1) for number in numbers], *batches)
    changes = follow(feed, *map(name, numbers))
    ended = [c.job.job_id.int for c in changes if c.job and c.job.status.is_final]
    assert sorted(ended) == [*numbers]
    assert max(len(wanted) for _, wanted in feed.asked) == AT_A_TIME


def test_nothing_to_follow_is_the_end() -> None:
    assert follow(Feed(())) == []
