"""Plain Kafka clients: publish and wait for the ack, read logs without a group, look at topics.

The one importer of aiokafka. A publish returns after the broker's ack; a reader has no group, so
it commits nothing, and its offsets are the caller's to keep.
"""

from services.stage_runtime.kafka.admin import TopicAdmin, open_admin
from services.stage_runtime.kafka.group_reader import GroupReader, open_group_reader
from services.stage_runtime.kafka.log_reader import LogReader, open_log_reader, wait_for_fetch
from services.stage_runtime.kafka.publisher import Publisher, open_publisher
from services.stage_runtime.kafka.settings import KafkaSettings
from services.stage_runtime.kafka.value import (
    BrokerUnavailableError,
    ConsumedRecord,
    Position,
    PublishFailedError,
    TopicState,
)

__all__ = [
    "BrokerUnavailableError",
    "ConsumedRecord",
    "GroupReader",
    "KafkaSettings",
    "LogReader",
    "Position",
    "PublishFailedError",
    "Publisher",
    "TopicAdmin",
    "TopicState",
    "open_admin",
    "open_group_reader",
    "open_log_reader",
    "open_publisher",
    "wait_for_fetch",
]
