"""What is exported of requests and live streams."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from services.telemetry.metric.bucket import HTTP_BUCKETS_S

IDEMPOTENCY = Counter(
    "brainshare_idempotency_total", "Posts with an idempotency key, by result.", ["result"]
)
SSE_CLIENTS = Gauge("brainshare_sse_clients", "Open live streams.")
WAITS = Gauge("brainshare_http_waits", "Requests that wait for a job (Prefer: wait).")
SSE_RESUMES = Counter("brainshare_sse_resumes_total", "Streams resumed, by result.", ["result"])
HTTP_REQUESTS = Counter(
    "brainshare_http_requests_total",
    "Requests, by the area of their route and by what came of them: answered, refused (4xx), failed"
    " (5xx); live streams left out.",
    ["area", "outcome"],
)
HTTP_REQUEST_DURATION = Histogram(
    "brainshare_http_request_duration_seconds",
    "Duration of a request, live streams left out.",
    ["area"],
    buckets=HTTP_BUCKETS_S,
)
HTTP_REFUSED = Counter(
    "brainshare_http_refused_total",
    "Requests refused because of a limit of the gateway's own: large bodies, slow body, streams,"
    " or of a tenant: open jobs, requests, money.",
    ["limit"],
)
HTTP_DENIED = Counter(
    "brainshare_http_denied_total", "Requests refused for who or whence they are.", ["reason"]
)
LARGE_BODIES = Gauge("brainshare_large_bodies", "Bodies above 32 KiB in hand.")
COMPUTE_LOST = Counter(
    "brainshare_compute_lost_total",
    "How often the process that reads and renders what is large was lost.",
)
FEED_READS = Counter(
    "brainshare_feed_reads_total",
    "Reads of facts for followers of all jobs: from the tables, or shared with who asks the same.",
    ["source"],
)


def show_requests(areas: Iterable[str], outcomes: Iterable[str]) -> None:
    """Export what may come of requests as 0: else the first one that fails is not seen."""
    ends = list(outcomes)
    for area in areas:
        HTTP_REQUEST_DURATION.labels(area)
        for outcome in ends:
            HTTP_REQUESTS.labels(area, outcome)
