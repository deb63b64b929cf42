"""Which topics a service refuses to run on."""

import pytest

from schemas.kafka.topics import TopicNames
from services.kafka.topic_check import TopicMismatchError, compare, refuse_mismatch
from services.kafka.value import TopicState

SPECS = TopicNames().all()
GOOD = {spec.name: TopicState(6, spec.config) for spec in SPECS}


def test_topics_as_they_must_be_differ_in_nothing() -> None:
    diff = compare(SPECS, GOOD, 6)
    assert (diff.missing, diff.drifted, diff.repartitioned) == ((), (), ())
    refuse_mismatch(diff, 6)


def test_a_missing_topic_is_refused_by_name() -> None:
    found = {name: state for name, state in GOOD.items() if name != "row.requests"}
    with pytest.raises(TopicMismatchError, match=r"missing topics: row\.requests: run .brainshare"):
        refuse_mismatch(compare(SPECS, found, 6), 6)


def test_another_partition_count_is_refused_with_both_numbers() -> None:
    found = GOOD | {"column.requests": TopicState(3, GOOD["column.requests"].config)}
    with pytest.raises(TopicMismatchError, match=r"column\.requests has 3 .* ask for 6"):
        refuse_mismatch(compare(SPECS, found, 6), 6)


def test_a_drifted_setting_is_named_and_not_refused() -> None:
    drifted = dict(GOOD["job.events"].config) | {"retention.ms": "1"}
    diff = compare(SPECS, GOOD | {"job.events": TopicState(6, drifted)}, 6)
    assert [(spec.name, names) for spec, names in diff.drifted] == [
        ("job.events", ("retention.ms",))
    ]
    refuse_mismatch(diff, 6)


def test_a_topic_that_would_refuse_our_records_is_refused_itself() -> None:
    narrow = dict(GOOD["row.requests"].config) | {"max.message.bytes": "400000"}
    diff = compare(SPECS, GOOD | {"row.requests": TopicState(6, narrow)}, 6)
    with pytest.raises(TopicMismatchError, match=r"row\.requests takes records of 400000 bytes"):
        refuse_mismatch(diff, 6)
