"""Topics are filled only where it is known that no agent reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError

from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.kafka import BrokerUnavailableError
from services.kafka.admin import OFFSETS_TOPIC, TopicAdmin
from services.kafka.placing.reading_group import find_reading_group

NAMES = TopicNames("")
FORWARDERS = NAMES.forwarder_group(StageName.COLUMN)
LOADING, NOT_ALLOWED = 14, 30
"""Of Kafka's protocol: COORDINATOR_LOAD_IN_PROGRESS, GROUP_AUTHORIZATION_FAILED."""


@dataclass
class Client:
    """A cluster with groups: how many clients are in each, or the error that it answers with."""

    members: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    fails: KafkaError | None = None
    topics: tuple[str, ...] = (OFFSETS_TOPIC,)

    async def list_topics(self) -> tuple[str, ...]:
        return self.topics

    async def describe_consumer_groups(self, groups: list[str]) -> list[Any]:
        if self.fails is not None:
            raise self.fails
        (name,) = groups
        members = [object()] * self.members.get(name, 0)
        group = (self.errors.get(name, 0), name, "Stable", "consumer", "", members, 0)
        return [SimpleNamespace(groups=[group])]


async def find(client: Client) -> tuple[str, int] | None:
    return await find_reading_group(TopicAdmin(client, 1), NAMES)


@pytest.mark.parametrize(
    ("client", "found"),
    [
        (Client(), None),
        (Client(topics=(), fails=GroupCoordinatorNotAvailableError()), None),
        (Client(members={FORWARDERS: 3, "other": 7}), (FORWARDERS, 3)),
    ],
)
async def test_a_group_that_reads_is_found_with_how_many_are_in_it(
    client: Client, found: tuple[str, int] | None
) -> None:
    assert await find(client) == found


@pytest.mark.parametrize(
    "client",
    [
        Client(fails=GroupCoordinatorNotAvailableError()),
        Client(errors={FORWARDERS: LOADING}),
        Client(errors={FORWARDERS: NOT_ALLOWED}),
    ],
)
async def test_whoever_cannot_be_asked_is_not_taken_for_nobody(client: Client) -> None:
    with pytest.raises(BrokerUnavailableError, match="who is in the group"):
        await find(client)
