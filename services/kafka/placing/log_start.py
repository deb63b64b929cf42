"""Lets new logs begin at an offset, so that what was told by offsets of old ones stays true.

A broker begins every log at 0. So records that mean nothing are written up to the offset, and
deleted.
"""

from collections.abc import Iterator, Mapping

from services.kafka.admin import TopicAdmin
from services.kafka.placing.placed_publisher import PlacedPublisher
from services.kafka.value import ConsumedRecord, Position

FILLER = b"filler"
"""A key, since a compacted topic takes no record without one."""


async def begin_at(
    publisher: PlacedPublisher,
    admin: TopicAdmin,
    ends: Mapping[Position, int],
    offsets: Mapping[Position, int],
) -> None:
    """Let logs begin at offsets. May be repeated after it was cut off.

    Args:
        ends: Where the logs end now: not behind their offset.

    Raises:
        PublishFailedError, BrokerUnavailableError: It can be repeated.
    """
    for at, offset in offsets.items():
        if ends[at] < offset:
            await publisher.publish(at, _fill(at, ends[at], offset))
    await admin.delete_before({at: offset for at, offset in offsets.items() if offset})


def _fill(position: Position, begin: int, end: int) -> Iterator[ConsumedRecord]:
    topic, partition = position
    for offset in range(begin, end):
        yield ConsumedRecord(topic, partition, offset, 0, FILLER, None, ())
