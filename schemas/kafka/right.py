"""The rights that each service needs on Kafka, and no more: who reads, writes and belongs where."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemas.kafka.topics import TopicKind, TopicNames
from schemas.stage import StageName


class ResourceKind(StrEnum):
    """What a right is about, in Kafka's words."""

    TOPIC = "topic"
    GROUP = "group"


class Operation(StrEnum):
    """What may be done, in Kafka's words."""

    READ = "Read"
    WRITE = "Write"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"


LOOK = (Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)
"""Before a service starts it looks whether every topic is as it must be."""


@dataclass(frozen=True)
class Right:
    """What may be done with one topic or group."""

    kind: ResourceKind
    name: str
    operations: tuple[Operation, ...]


def rights_of_gateway(names: TopicNames) -> tuple[Right, ...]:
    """It reads every topic, and writes what people ask for and what no stage can say any more."""
    kinds = {TopicKind.REQUESTS, TopicKind.DEAD_LETTERS, TopicKind.EVENTS, TopicKind.CONTROL}
    written = {topic for topic, role in names.roles.items() if role.kind in kinds}
    # How far a stage has come says whether retention has deleted what it has not read.
    groups = (group for s in StageName for group in (names.group(s), names.forwarder_group(s)))
    looked_at = (Right(ResourceKind.GROUP, group, (Operation.DESCRIBE,)) for group in groups)
    return (*_on_topics(names, set(names.roles), written), *looked_at)


def rights_of_stage(names: TopicNames, stage: StageName) -> tuple[Right, ...]:
    """It reads its inputs, and for the ledger its outputs, which it writes, with its retries."""
    own = {names.requests(stage), *names.outputs(stage), names.events, names.control}
    groups = (names.group(stage), names.forwarder_group(stage))
    joined = (Right(ResourceKind.GROUP, group, (Operation.READ,)) for group in groups)
    return (*_on_topics(names, own | set(names.inputs(stage)), own), *joined)


def _on_topics(names: TopicNames, read: set[str], written: set[str]) -> Iterator[Right]:
    for topic in names.roles:
        reading = (Operation.READ,) if topic in read else ()
        writing = (Operation.WRITE,) if topic in written else ()
        yield Right(ResourceKind.TOPIC, topic, (*reading, *writing, *LOOK))
