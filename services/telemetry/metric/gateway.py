"""What is exported of the tables that gateways fill, alone or together."""

from prometheus_client import Counter, Gauge

PROJECTOR_RETRIES = Counter(
    "brainshare_projector_retries_total",
    "Batches folded again, because the database was busy, full or away.",
)
DEPENDENCY_UP = Gauge(
    "brainshare_dependency_up",
    "1 while the gateway can do its work with it, 0 where it does not answer or takes no writes:"
    " kafka, database.",
    ["dependency"],
)
PROJECTOR_RECORDS = Counter(
    "brainshare_projector_records_total", "Records folded into the tables.", ["topic_kind"]
)
PROJECTOR_SKIPPED = Counter(
    "brainshare_projector_skipped_total", "Records that say nothing, by reason.", ["reason"]
)
PROJECTOR_UNREAD = Gauge(
    "brainshare_projector_unread_records", "Records of a later release, kept for our upgrade."
)
PROJECTOR_STILL = Gauge(
    "brainshare_projector_still_seconds",
    "For how long records have waited without any being folded; at GATEWAY_STILL_S it ends.",
)
PROJECTOR_LAG = Gauge("brainshare_projector_lag_records", "Records not folded yet.")
GATEWAYS_LIVE = Gauge(
    "brainshare_gateways_live", "Gateways on the same tables that are alive, as this one sees it."
)
LEASES_HELD = Gauge(
    "brainshare_leases_held", "Partitions that this gateway projects, of those of all gateways."
)
LEASES_TAKEN_OVER = Counter(
    "brainshare_leases_taken_over_total",
    "Partitions that this gateway took from one that was gone.",
)
LEASES_LOST = Counter(
    "brainshare_leases_lost_total",
    "Batches that were not written, because another gateway had taken the partition over.",
)
