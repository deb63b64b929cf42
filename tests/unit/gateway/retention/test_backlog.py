"""What is gone, and how near the rest is to it, in numbers."""

import pytest

from schemas.stage import StageName
from services.gateway.retention.backlog import Age, Backlog, find_age, list_backlogs, list_groups
from tests.unit.gateway.example import TOPICS

TABLE, COLUMN = StageName.TABLE, StageName.COLUMN
REQUESTS = (TOPICS.requests(TABLE), 0)
DAY_MS = 24 * 60 * 60 * 1000


@pytest.mark.parametrize(
    ("committed", "begin", "end", "gone", "first_open"),
    [
        (0, 0, 0, 0, None),
        (0, 0, 5, 0, 0),
        (3, 0, 5, 0, 3),
        (5, 5, 5, 0, None),
        (2, 5, 5, 3, None),  # deleted up to the end
        (2, 5, 9, 3, 5),
        (9, 0, 5, 0, None),  # a log that lost its tail
    ],
)
def test_what_lies_between_the_groups_offset_and_the_logs_beginning_is_gone(
    committed: int, begin: int, end: int, gone: int, first_open: int | None
) -> None:
    backlog = Backlog(TABLE, REQUESTS, committed, begin, end)
    assert (backlog.gone, backlog.first_open) == (gone, first_open)


def test_of_a_group_that_has_committed_nothing_nothing_is_known_to_be_gone() -> None:
    groups = list_groups(TOPICS)
    [backlog] = list_backlogs(groups[0], {}, {REQUESTS: 7}, {REQUESTS: 9})
    assert (backlog.gone, backlog.first_open) == (0, 7)


def test_every_topic_that_a_group_must_end_is_looked_at_once() -> None:
    topics = [topic for of in list_groups(TOPICS) for topic in of.topics]
    expected = {t for s in StageName for t in (*TOPICS.inputs(s), *TOPICS.retries(s))}
    assert (len(topics), set(topics)) == (len(set(topics)), expected)


def test_the_age_is_the_greatest_and_so_is_its_share() -> None:
    old, near = (TOPICS.suggestions(TABLE), 0), (TOPICS.requests(COLUMN), 1)
    backlogs = [Backlog(COLUMN, at, 0, 0, 1) for at in (old, near)]
    appended = {old: 0, near: 2 * DAY_MS}
    kept = {old[0]: 30 * DAY_MS, near[0]: 4 * DAY_MS}
    assert find_age(backlogs, appended, kept, 3 * DAY_MS) == Age(3 * DAY_MS / 1000, 0.25)


@pytest.mark.parametrize("kept_ms", [-1, 0])
def test_what_is_kept_for_ever_has_an_age_and_no_share(kept_ms: int) -> None:
    backlog = Backlog(TABLE, REQUESTS, 0, 0, 1)
    age = find_age([backlog], {REQUESTS: 0}, {REQUESTS[0]: kept_ms}, 5_000)
    assert age == Age(5.0, 0.0)


def test_a_stage_without_an_open_record_has_no_age() -> None:
    assert find_age([Backlog(TABLE, REQUESTS, 1, 0, 1)], {}, {}, 5_000) == Age()
