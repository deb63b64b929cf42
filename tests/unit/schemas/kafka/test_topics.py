"""Names and policies of the topics."""

import re
from pathlib import Path

import pytest

from schemas.kafka.retry_tier import read_tiers
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName

ROOT = Path(__file__).parents[4]


def test_every_topic_has_its_name() -> None:
    assert [spec.name for spec in TopicNames().all()] == [
        "table.requests",
        "table.suggestions",
        "table.retry.5s",
        "table.retry.30s",
        "table.retry.5m",
        "table.dead-letters",
        "column.requests",
        "column.suggestions",
        "column.retry.5s",
        "column.retry.30s",
        "column.retry.5m",
        "column.dead-letters",
        "row.requests",
        "row.suggestions",
        "row.retry.5s",
        "row.retry.30s",
        "row.retry.5m",
        "row.dead-letters",
        "job.events",
        "job.control",
    ]


def test_a_stage_consumes_its_requests_and_the_previous_suggestions() -> None:
    names = TopicNames("t1.")
    assert names.inputs(StageName.TABLE) == ("t1.table.requests",)
    assert names.inputs(StageName.ROW) == ("t1.row.requests", "t1.column.suggestions")


def test_every_topic_takes_the_brokers_time() -> None:
    kinds = {spec.config["message.timestamp.type"] for spec in TopicNames().all()}
    assert kinds == {"LogAppendTime"}


def test_no_other_file_spells_a_topic() -> None:
    spelt = re.compile(
        r"""["'](table|column|row)\.(requests|suggestions|retry|dead-letters)|job\.(events|control)["']"""
    )
    files = [*(ROOT / "services").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]
    guilty = [file for file in files if spelt.search(file.read_text(encoding="utf-8"))]
    assert guilty == [] or [file.name for file in guilty] == ["topics.py"]


def test_every_topic_plays_one_part() -> None:
    names = TopicNames("a.")
    assert set(names.roles) == {spec.name for spec in names.all()}


def test_a_topic_of_somebody_else_plays_none() -> None:
    with pytest.raises(KeyError):
        TopicNames("a.").describe(TopicNames("b.").events)


def test_what_waits_in_a_retired_tier_is_found_by_its_topic_s_name() -> None:
    names = TopicNames("a.", read_tiers("5s"))
    topics = [*names.roles, "a.row.retry.90s", "a.row.retry.soon", "b.row.retry.1m", "row.retry.2m"]
    found = names.find_retries(StageName.ROW, topics)
    assert {topic: tier.delay_s for topic, tier in found.items()} == {
        "a.row.retry.5s": 5,
        "a.row.retry.90s": 90,
    }
