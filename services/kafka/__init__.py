"""Plain Kafka clients: publish and wait for the ack, read logs without a group, look at topics.

The one importer of aiokafka. A publish returns after the broker's ack; a reader has no group, so
it commits nothing, and its offsets are the caller's to keep.
"""

from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from services.kafka.admin import TopicAdmin, open_admin
from services.kafka.batch import settle
from services.kafka.connection import METADATA_AGE_MS, PARTITION_FETCH_BYTES, harden, make_tls
from services.kafka.group_reader import GroupReader, find_place, open_group_reader
from services.kafka.log_reader import LogReader, open_log_reader, wait_for_fetch
from services.kafka.lost_place import FindPlace, Landmarks, Loss, Place, read_lost, tell_gone
from services.kafka.publisher import Publisher, open_publisher
from services.kafka.record_reader import RecordReader, open_record_reader
from services.kafka.settings import KafkaSettings
from services.kafka.value import (
    BrokerUnavailableError,
    ConsumedRecord,
    LogStandsError,
    Position,
    PublishFailedError,
    TopicState,
)

__all__ = [
    "METADATA_AGE_MS",
    "PARTITION_FETCH_BYTES",
    "BrokerUnavailableError",
    "ConsumedRecord",
    "FindPlace",
    "GroupReader",
    "KafkaSettings",
    "Landmarks",
    "LogReader",
    "LogStandsError",
    "Loss",
    "NoOffsetForPartitionError",
    "OffsetOutOfRangeError",
    "Place",
    "Position",
    "PublishFailedError",
    "Publisher",
    "RecordReader",
    "TopicAdmin",
    "TopicState",
    "find_place",
    "harden",
    "make_tls",
    "open_admin",
    "open_group_reader",
    "open_log_reader",
    "open_publisher",
    "open_record_reader",
    "read_lost",
    "settle",
    "tell_gone",
    "wait_for_fetch",
]
