"""Plain Kafka clients: publish and wait for the ack, read logs without a group, look at topics.

The one importer of aiokafka. A publish returns after the broker's ack; a reader has no group, so
it commits nothing, and its offsets are the caller's to keep.
"""

from services.kafka.admin import TopicAdmin, open_admin
from services.kafka.connection import PARTITION_FETCH_BYTES
from services.kafka.group_reader import GroupReader, open_group_reader
from services.kafka.log_reader import LogReader, open_log_reader, wait_for_fetch
from services.kafka.publisher import Publisher, open_publisher
from services.kafka.record_reader import RecordReader, open_record_reader
from services.kafka.settings import KafkaSettings
from services.kafka.value import (
    BrokerUnavailableError,
    ConsumedRecord,
    Position,
    PublishFailedError,
    TopicState,
)

__all__ = [
    "PARTITION_FETCH_BYTES",
    "BrokerUnavailableError",
    "ConsumedRecord",
    "GroupReader",
    "KafkaSettings",
    "LogReader",
    "Position",
    "PublishFailedError",
    "Publisher",
    "RecordReader",
    "TopicAdmin",
    "TopicState",
    "open_admin",
    "open_group_reader",
    "open_log_reader",
    "open_publisher",
    "open_record_reader",
    "wait_for_fetch",
]
