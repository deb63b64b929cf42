"""Metrics of the stream of all jobs. They are exported with all others."""

from prometheus_client import Counter

FEED_READS = Counter(
    "brainshare_feed_reads_total",
    "Reads of facts for followers of all jobs: from the tables, or shared with who asks the same.",
    ["source"],
)
