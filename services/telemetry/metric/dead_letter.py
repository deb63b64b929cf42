"""What is exported of dead letters, and of errors that are alike."""

from prometheus_client import Counter, Gauge

DEAD_LETTERS = Counter(
    "brainshare_dead_letters_total",
    "Records given up on, by error kind and what the job is there for.",
    ["stage", "reason", "purpose"],
)
DEAD_LETTERS_REDRIVEN = Counter(
    "brainshare_dead_letters_redriven_total", "Dead letters put back.", ["stage"]
)
DEAD_LETTERS_DISCARDED = Counter(
    "brainshare_dead_letters_discarded_total", "Dead letters put aside.", ["stage"]
)
DEAD_LETTERS_OPEN = Gauge(
    "brainshare_dead_letters_open",
    "Dead letters that wait for a person, by error kind.",
    ["stage", "reason"],
)
ERROR_GROUPS = Gauge(
    "brainshare_error_groups", "Errors that are alike, by what was decided of them.", ["state"]
)
GATEWAY_ERRORS = Counter("brainshare_gateway_errors_total", "Error lines in the gateway's own log.")
