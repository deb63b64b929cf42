"""What is exported of webhooks."""

from prometheus_client import Counter, Gauge, Histogram

WEBHOOKS_PENDING = Gauge(
    "brainshare_webhooks_pending",
    "Deliveries that are due or were tried, of all endpoints, by the gateway that leads.",
)
WEBHOOKS_OLDEST = Gauge(
    "brainshare_webhooks_oldest_pending_timestamp_seconds",
    "Unix time since which the oldest of them waits, NaN where there is none.",
)
WEBHOOKS_SENT = Counter(
    "brainshare_webhooks_sent_total",
    "Requests to endpoints, by what they came to: taken, refused, away, gone.",
    ["outcome"],
)
WEBHOOK_DURATION = Histogram(
    "brainshare_webhook_duration_seconds",
    "Until an endpoint's answer, or until it was given up on.",
    buckets=(0.05, 0.25, 1, 2.5, 5, 10, 30),
)
WEBHOOKS_IN_FLIGHT = Gauge("brainshare_webhooks_in_flight", "Requests to endpoints under way.")
WEBHOOKS_DISABLED = Counter(
    "brainshare_webhooks_disabled_total",
    "Endpoints that the gateway has disabled: gone, or failing for days.",
    ["reason"],
)
