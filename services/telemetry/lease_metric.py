"""Metrics of gateways that share one set of tables. They are exported with all others."""

from prometheus_client import Counter, Gauge

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
