"""Which topic plays which part, and who has to take a record on."""

from dataclasses import dataclass
from enum import Enum

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER

OFFSET_BITS = 48
PARTITION_BITS = 12


class Role(Enum):
    """What a record in a topic says of its job."""

    REQUEST = "request"
    SUGGESTION = "suggestion"
    RETRY = "retry"
    DEAD_LETTER = "dead letter"
    EVENT = "event"


@dataclass(frozen=True)
class Part:
    """The part of a topic. `stage` is the position of the stage that wrote or reads it."""

    role: Role
    stage: int


@dataclass(frozen=True)
class Inlet:
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
    """All topics under one prefix."""

    def __init__(self, names: TopicNames) -> None:
        self.parts: dict[str, Part] = {names.events: Part(Role.EVENT, 0)}
        self.inlets: list[Inlet] = []
        for position, stage in enumerate(STAGE_ORDER):
            self.parts[names.requests(stage)] = Part(Role.REQUEST, position)
            self.parts[names.suggestions(stage)] = Part(Role.SUGGESTION, position)
            self.parts[names.dead_letters(stage)] = Part(Role.DEAD_LETTER, position)
            self.parts |= {t: Part(Role.RETRY, position) for t in names.retries(stage)}
            forwarder = names.forwarder_group(stage)
            self.inlets += [Inlet(t, names.group(stage), position) for t in names.inputs(stage)]
            self.inlets += [Inlet(t, forwarder, position, True) for t in names.retries(stage)]
        self._numbers = {inlet.topic: number for number, inlet in enumerate(self.inlets)}

    def pack(self, topic: str, partition: int, offset: int) -> int | None:
        """The place of a record in one number, or None where no group has to take it on."""
        number = self._numbers.get(topic)
        if number is None:
            return None
        return ((number << PARTITION_BITS | partition) << OFFSET_BITS) | offset

    def unpack(self, place: int) -> tuple[Inlet, int, int]:
        """The inlet, partition and offset of a place."""
        log, offset = place >> OFFSET_BITS, place & (1 << OFFSET_BITS) - 1
        return self.inlets[log >> PARTITION_BITS], log & (1 << PARTITION_BITS) - 1, offset

    def stage_of(self, place: int) -> int:
        """Position of the stage that a place's record is for."""
        return self.inlets[place >> (OFFSET_BITS + PARTITION_BITS)].stage
