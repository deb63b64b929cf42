"""`brainshare topics apply --json` says which topics were made and which settings were set."""

import json

import pytest
from click.testing import CliRunner

from schemas.kafka.topics import TopicSpec
from services.cli.__main__ import main
from services.cli.command.stack import topics
from services.kafka.topic_check import TopicDiff

NEW = TopicSpec("table.requests", retention_ms=7)
OTHER = TopicSpec("job.events", retention_ms=30)


@pytest.mark.parametrize("is_dry", [False, True])
def test_it_is_told_for_programs(is_dry: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def apply(*_: object) -> TopicDiff:
        return TopicDiff((NEW,), ((OTHER, ("retention.ms",)),), ())

    monkeypatch.setattr(topics, "_apply", apply)
    line = ["topics", "apply", "--json", *(["--dry-run"] if is_dry else [])]
    assert json.loads(CliRunner().invoke(main, line).stdout) == {
        "applied": not is_dry,
        "created": [{"topic": "table.requests", "partitions": 6}],
        "altered": [{"topic": "job.events", "config": {"retention.ms": "30"}}],
    }
