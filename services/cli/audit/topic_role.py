"""Which topic plays which part, and who has to take a record on."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.kafka.topics import TopicKind, TopicNames
from schemas.stage import STAGE_ORDER

OFFSET_BITS = 48
PARTITION_BITS = 12


@dataclass(frozen=True)
class Part:
    """The part of a topic. `stage` is the position of the stage that wrote or reads it."""

    kind: TopicKind
    stage: int


@dataclass(frozen=True)
class GroupInput:
    """A topic whose records a group must take on.

    Attributes:
        stage: Position of the stage that the record is for.
        is_timer: Whether the group is the retry forwarder's.
    """

    topic: str
    group: str
    stage: int
    is_timer: bool = False


class TopicMap:
    """All topics under one prefix.

    Args:
        existing: The topics that the broker has. Records wait also in tiers that no setting names.
    """

    def __init__(self, names: TopicNames, existing: Iterable[str] = ()) -> None:
        there = (*existing, *(topic for stage in STAGE_ORDER for topic in names.retries(stage)))
        self.parts = {
            topic: Part(role.kind, STAGE_ORDER.index(role.stage) if role.stage else 0)
            for topic, role in names.roles.items()
            if role.kind is not TopicKind.CONTROL
        }
        self.inputs: list[GroupInput] = []
        for position, stage in enumerate(STAGE_ORDER):
            forwarder = names.forwarder_group(stage)
            self.inputs += [
                GroupInput(t, names.group(stage), position) for t in names.inputs(stage)
            ]
            tiers = sorted(names.find_retries(stage, there))
            self.inputs += [GroupInput(tier, forwarder, position, True) for tier in tiers]
            self.parts |= {tier: Part(TopicKind.RETRIES, position) for tier in tiers}
        self._numbers = {source.topic: number for number, source in enumerate(self.inputs)}

    def pack(self, topic: str, partition: int, offset: int) -> int | None:
        """The place of a record in one number, or None where no group has to take it on."""
        number = self._numbers.get(topic)
        if number is None:
            return None
        return ((number << PARTITION_BITS | partition) << OFFSET_BITS) | offset

    def unpack(self, place: int) -> tuple[GroupInput, int, int]:
        """The input, partition and offset of a place."""
        log, offset = place >> OFFSET_BITS, place & (1 << OFFSET_BITS) - 1
        return self.inputs[log >> PARTITION_BITS], log & (1 << PARTITION_BITS) - 1, offset

    def stage_of(self, place: int) -> int:
        """Position of the stage that a place's record is for."""
        return self.inputs[place >> (OFFSET_BITS + PARTITION_BITS)].stage
