"""Looks at topics and groups, and changes topics."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    CoordinatorLoadInProgressError,
    GroupCoordinatorNotAvailableError,
    KafkaError,
    NotCoordinatorForGroupError,
    for_code,
)

from schemas.kafka.topics import TopicSpec
from services.kafka.connection import address, start_client, telling
from services.kafka.settings import KafkaSettings
from services.kafka.value import Position, TopicState

COORDINATOR_ERRORS = frozenset(
    error.errno
    for error in (
        CoordinatorLoadInProgressError,
        GroupCoordinatorNotAvailableError,
        NotCoordinatorForGroupError,
    )
)

OFFSETS_TOPIC = "__consumer_offsets"


class TopicAdmin:
    """Looks at topics and groups, and changes topics.

    Raises:
        BrokerUnavailableError: A broker does not answer, or not as needed, from any of its looks.
    """

    def __init__(self, client: AIOKafkaAdminClient, replication_factor: int) -> None:
        self._client = client
        self._replication_factor = replication_factor
        self._has_asked = False

    async def cluster_id(self) -> str:
        """The id that the cluster was formatted with: another one means another history."""
        with telling("which cluster it is"):
            cluster = await self._client.describe_cluster()
        return str(cluster["cluster_id"])

    async def list_topics(self) -> list[str]:
        """The names of all topics that exist."""
        with telling("which topics there are"):
            return list(await self._client.list_topics())

    async def describe(self, names: Collection[str]) -> dict[str, TopicState]:
        """The topics of these names that exist."""
        with telling("what the topics are like"):
            topics = await self._client.describe_topics()
            found = [topic for topic in topics if topic["topic"] in set(names)]
            configs = await self._configs([topic["topic"] for topic in found])
        return {
            topic["topic"]: TopicState(len(topic["partitions"]), configs[topic["topic"]])
            for topic in found
        }

    async def create(self, specs: Sequence[TopicSpec], partitions: int) -> None:
        """Create topics that do not exist."""
        await self._client.create_topics(
            [
                NewTopic(spec.name, partitions, self._replication_factor, topic_configs=spec.config)
                for spec in specs
            ]
        )

    async def configure(self, spec: TopicSpec) -> None:
        """Set a topic's configuration."""
        resource = ConfigResource(ConfigResourceType.TOPIC, spec.name, configs=spec.config)
        await self._client.alter_configs([resource])

    async def committed(self, group: str) -> dict[Position, int]:
        """The next offsets that a consumer group has committed."""
        with telling(f"what the group {group} has committed"):
            offsets = await self._client.list_consumer_group_offsets(group)
        return {(tp.topic, tp.partition): at.offset for tp, at in offsets.items() if at.offset >= 0}

    async def has_coordinator(self, group: str) -> bool:
        """Whether a consumer group has a coordinator that knows it.

        A new cluster makes the topic for it at the first question. It is not asked again before
        that topic is there, for each question would make it once more, which the broker warns of.
        """
        if self._has_asked and OFFSETS_TOPIC not in await self.list_topics():
            return False
        self._has_asked = True
        try:
            (answer,) = await self._client.describe_consumer_groups([group])
        except KafkaError:
            return False
        return answer.groups[0][0] not in COORDINATOR_ERRORS

    async def count_members(self, group: str) -> int:
        """How many clients are in a consumer group; none where no group was ever made."""
        if OFFSETS_TOPIC not in await self.list_topics():
            return 0
        with telling(f"who is in the group {group}"):
            (answer,) = await self._client.describe_consumer_groups([group])
            error_code, _, _, _, _, members, *_ = answer.groups[0]
            if error_code:  # then it names no members, which says nothing of how many there are
                raise for_code(error_code)(group)
        return len(members)

    async def delete_before(self, offsets: Mapping[Position, int]) -> None:
        """Let logs begin at these offsets; what is before is gone."""
        wanted = {TopicPartition(*at): RecordsToDelete(offset) for at, offset in offsets.items()}
        with telling("that the logs begin later"):
            await self._client.delete_records(wanted)

    async def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        responses = await self._client.describe_configs(resources)
        return {
            resource[3]: {entry[0]: str(entry[1]) for entry in resource[4]}
            for response in responses
            for resource in response.resources
        }


@asynccontextmanager
async def open_admin(
    settings: KafkaSettings, within_s: float | None = None
) -> AsyncIterator[TopicAdmin]:
    """Connect to look at topics and groups, and to change topics.

    Args:
        within_s: How long a broker is waited for that says nothing, see `start_client`.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    client = AIOKafkaAdminClient(**address(settings))
    await start_client(client, settings, within_s)
    try:
        yield TopicAdmin(client, settings.replication_factor)
    finally:
        await client.close()
