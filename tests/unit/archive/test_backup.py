"""A backup copies what is new, says what it covers, and goes on with no other log."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.kafka.retry_tier import read_tier
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.archive.backup import refuse_other
from services.archive.error import OtherTopicsError
from services.archive.folder import ArchiveFolder, open_archive
from services.archive.topic import find_names, order_topics
from services.archive.verification import verify
from services.kafka import Position
from tests.unit.archive.kept_logs import NAMES, ORIGIN, KeptLogs, archived, plain
from tests.unit.archive.past_log import DISK, PLACES, STORE, make_place

REQUESTS: Position = (NAMES.requests(StageName.TABLE), 0)
ANSWERS: Position = (NAMES.suggestions(StageName.TABLE), 1)


@pytest.fixture(params=PLACES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveFolder:
    """An archive that nothing is in."""
    return open_archive(make_place(request.param, tmp_path))


# A disk is waited for at each file, so it has one example and the store all others.
@example(DISK, [[REQUESTS, ANSWERS], [], [REQUESTS]])
@given(
    st.just(STORE),
    st.lists(st.lists(st.sampled_from([REQUESTS, ANSWERS]), max_size=9), max_size=4),
)
async def test_backups_one_after_the_other_hold_what_one_would(
    tmp_path_factory: pytest.TempPathFactory, kind: str, rounds: list[list[Position]]
) -> None:
    place = make_place(kind, tmp_path_factory.mktemp("archive"))
    logs, folder = KeptLogs(), open_archive(place)
    added = 0
    for positions in (*rounds, []):
        for position in positions:
            logs.append(position)
        added += (await logs.back_up(folder)).records
    assert plain(archived(folder)) == plain(logs.records)
    assert added == sum(map(len, rounds))
    assert {(log.topic, log.partition): log.end for log in folder.read().logs} == (
        await logs.end_offsets()
    )
    assert verify(folder, lambda _done, _total: None).faults == ()


async def test_what_is_appended_while_it_reads_is_left_to_the_next(folder: ArchiveFolder) -> None:
    logs = KeptLogs()
    for _ in range(5):
        logs.append(REQUESTS)
    logs.ends[REQUESTS] = 3
    assert (await logs.back_up(folder)).records == 3
    logs.ends[REQUESTS] = 5
    assert (await logs.back_up(folder)).records == 2


def test_where_logs_end_is_asked_from_what_was_said_last_to_what_led_to_it() -> None:
    order = {topic: n for n, group in enumerate(order_topics(NAMES)) for topic in group}
    assert order.keys() == NAMES.roles.keys()
    for stage in STAGE_ORDER:
        for topic in NAMES.outputs(stage):
            assert all(order[topic] < order[source] for source in NAMES.inputs(stage))
        assert order[NAMES.events] < order[NAMES.requests(stage)]
    assert order[NAMES.events] < order[NAMES.control]


async def test_ends_are_asked_for_in_that_order(folder: ArchiveFolder) -> None:
    logs = KeptLogs()
    await logs.back_up(folder)
    assert logs.asked == [topic for group in order_topics(NAMES) for topic in group]


async def test_what_kafka_deleted_unsaved_is_told(folder: ArchiveFolder) -> None:
    logs = KeptLogs()
    for _ in range(9):
        logs.append(REQUESTS)
    logs.delete_before(REQUESTS, 2)
    assert not (await logs.back_up(folder)).gone, "it was never to be had"
    for _ in range(9):
        logs.append(REQUESTS)
    logs.delete_before(REQUESTS, 15)
    assert (await logs.back_up(folder)).gone == {REQUESTS[0]: 6}
    found = next(log for log in folder.read().logs if (log.topic, log.partition) == REQUESTS)
    assert [(one.begin, one.end) for one in found.segments] == [(2, 9), (15, 18)]
    assert found.holes == 6


async def test_a_log_that_ends_before_what_is_saved_is_another(folder: ArchiveFolder) -> None:
    logs = KeptLogs()
    logs.append(REQUESTS)
    await logs.back_up(folder)
    with pytest.raises(OtherTopicsError, match="ends at offset 0"):
        await KeptLogs().back_up(folder)
    assert folder.read().records == 1


async def test_a_log_made_again_that_has_grown_past_is_another(folder: ArchiveFolder) -> None:
    logs, other = KeptLogs(), KeptLogs()
    logs.append(REQUESTS)
    await logs.back_up(folder)
    for _ in range(3):
        other.append(REQUESTS, at_ms=77)
    with pytest.raises(OtherTopicsError, match="another record at offset 0"):
        await other.back_up(folder)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"cluster_id": "c-2"}, "cluster c-1, this is c-2"),
        ({"prefix": "v2."}, "KAFKA_TOPIC_PREFIX is 'v2.'"),
        ({"partitions": 3}, "KAFKA_PARTITIONS is 3"),
    ],
)
async def test_other_topics_begin_another_archive(
    folder: ArchiveFolder, other: dict[str, Any], told: str
) -> None:
    catalogue = (await KeptLogs().back_up(folder)).catalogue
    refuse_other(catalogue, ORIGIN)
    with pytest.raises(OtherTopicsError, match=told):
        refuse_other(catalogue, replace(ORIGIN, **other))


def test_a_retired_tier_is_saved_too() -> None:
    names = TopicNames("v2.")
    retired = names.retry(StageName.ROW, read_tier("2m"))
    found = find_names(names, [retired, "elsewhere.retry.9m"])
    assert retired in found.roles
    assert [tier.name for tier in found.tiers] == ["5s", "30s", "2m", "5m"]


async def test_topics_are_named_without_their_prefix(folder: ArchiveFolder) -> None:
    logs = KeptLogs(TopicNames("v2."))
    logs.append((f"v2.{REQUESTS[0]}", REQUESTS[1]))
    await logs.back_up(folder)
    assert archived(folder).keys() == {REQUESTS}


async def test_a_topic_that_is_no_more_stays_in_the_archive(folder: ArchiveFolder) -> None:
    logs = KeptLogs()
    tier = NAMES.tiers[-1]
    position = (NAMES.retry(StageName.ROW, tier), 0)
    logs.append(position)
    await logs.back_up(folder)
    logs.names = TopicNames("", NAMES.tiers[:-1])
    await logs.back_up(folder)
    assert archived(folder).keys() == {position}
