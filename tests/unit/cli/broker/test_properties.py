"""The embedded broker's settings."""

from pathlib import Path

import pytest

from services.cli.broker.properties import server_properties

FOUR_MIB = 4 * 1024 * 1024


@pytest.fixture(name="settings")
def _settings() -> dict[str, str]:
    text = server_properties(Path("/data/kafka"), 9092, 9093)
    return dict(line.split("=", 1) for line in text.splitlines())


def test_it_listens_on_the_loopback_address_only(settings: dict[str, str]) -> None:
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:9092"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:9093"


@pytest.mark.parametrize("name", ["message.max.bytes", "replica.fetch.max.bytes"])
def test_a_record_of_four_mib_has_room(settings: dict[str, str], name: str) -> None:
    assert int(settings[name]) > FOUR_MIB


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auto.create.topics.enable", "false"),
        ("unclean.leader.election.enable", "false"),
        ("group.initial.rebalance.delay.ms", "0"),
        ("offsets.topic.replication.factor", "1"),
        ("transaction.state.log.replication.factor", "1"),
        ("share.coordinator.state.topic.replication.factor", "1"),
        ("log.dirs", "/data/kafka"),
    ],
)
def test_settings_that_others_rely_on(settings: dict[str, str], name: str, expected: str) -> None:
    assert expected == settings[name]
