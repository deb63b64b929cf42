"""What the Kafka clients export, and what the gateway sees of topics and groups."""

from prometheus_client import Counter, Gauge

CLOCK_SKEW = Gauge(
    "brainshare_clock_ahead_of_broker_seconds",
    "By how much this process's clock is at least ahead of the broker's; below 0 behind it.",
)
PRODUCERS_REPLACED = Counter(
    "brainshare_producers_replaced_total",
    "Kafka producers replaced, because a batch that failed had taken their sequence numbers.",
)
POSITIONS_LOST = Counter(
    "brainshare_kafka_positions_lost_total",
    "Times that a log no longer held what was to be read next, by which of its ends was lost; the"
    " log line names the topic.",
    ["lost"],
)
UNREADABLE_BATCHES = Counter(
    "brainshare_kafka_unreadable_batches_total",
    "Batches that no client of ours can read, and in whose place one record was set aside.",
)
RECORDS_GONE = Counter(
    "brainshare_kafka_records_gone_total",
    "Offsets that were deleted at the beginning of a log before they were read.",
)
STAGE_RECORDS_EXPIRED = Counter(
    "brainshare_stage_records_expired_total",
    "Records that Kafka deleted before their stage had ended them, by the gateway.",
    ["stage"],
)
STAGE_OLDEST_AGE = Gauge(
    "brainshare_stage_oldest_record_age_seconds",
    "Age of the oldest record that a stage has not ended, by the gateway; 0 where there is none.",
    ["stage"],
)
STAGE_OLDEST_SHARE = Gauge(
    "brainshare_stage_oldest_record_retention_ratio",
    "That age as a share of its topic's retention: at 1 the record is deleted.",
    ["stage"],
)
CONSUMER_LAG = Gauge(
    "brainshare_consumer_lag_records",
    "Records that a stage has not ended, by the gateway; of retries those that still wait, too.",
    ["stage", "topic_kind"],
)
CONSUMER_OLDEST = Gauge(
    "brainshare_consumer_oldest_pending_timestamp_seconds",
    "Unix time since which the oldest of them waits, NaN where none does; a retry waits from when"
    " it is due.",
    ["stage", "topic_kind"],
)
FULLEST_PARTITION = Gauge(
    "brainshare_consumer_fullest_partition_ratio",
    "Of what waits for a stage the share in its fullest partition, NaN where little waits: near 1"
    " one key, or one job after the other of one partition, takes all the work.",
    ["stage"],
)
LAG_PROBED = Gauge(
    "brainshare_lag_probed_timestamp_seconds", "Unix time of the last look at what waits."
)
