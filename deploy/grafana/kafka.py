"""Kafka, the tables, and the processes themselves."""

from deploy.grafana.panel import Board, Panel, Row

OURS = 'job=~"brainshare-.*"'
GATEWAY = 'job="brainshare-gateway"'
"""A process exports every metric without labels, those of others as 0."""
NEVER = "Empty until it has happened."

LOGS = Row(
    "Kafka",
    (
        Panel(
            "Last look at Kafka",
            {"ago": "time() - max(@LAG_PROBED)"},
            "The gateway looks every 15 s. Older: Kafka does not answer.",
            "s",
            warn=45,
            bad=90,
            runbook="BrokerAway",
        ),
        Panel(
            "Nearest to deletion",
            {"{{stage}}": "max by (stage) (@STAGE_OLDEST_SHARE)"},
            "The oldest record that is not ended, as a share of its retention: at 1 it is deleted.",
            "percentunit",
            warn=0.5,
            bad=0.8,
            runbook="RetentionNear",
        ),
        Panel(
            "Oldest record, retries included",
            {"{{stage}}": "max by (stage) (@STAGE_OLDEST_AGE)"},
            "Planned waits count here.",
            "s",
        ),
        Panel(
            "Lost",
            {
                "{{stage}} deleted unread": "sum by (stage) (increase(@STAGE_RECORDS_EXPIRED[1h]))",
                "{{lost}} of a log": "sum by (lost) (increase(@POSITIONS_LOST[1h]))",
                "gone": "sum(increase(@RECORDS_GONE[1h]))",
                "unreadable": "sum(increase(@UNREADABLE_BATCHES[1h]))",
            },
            "Anything but 0: the audit names the jobs.",
            bad=1,
            runbook="LogLost",
            also=("RecordsLost",),
            empty=NEVER,
        ),
        Panel(
            "Producers replaced",
            {"{{instance}}": "sum by (instance) (increase(@PRODUCERS_REPLACED[1h]))"},
            "After a partition was without a leader for long, or a record was refused.",
        ),
        Panel(
            "Clocks, off the broker's",
            {"{{instance}}": "abs(@CLOCK_SKEW)"},
            "Ahead or behind. More than 5 s: the host's time service.",
            "s",
            bad=5,
            runbook="ClockOff",
        ),
    ),
)

TABLES = Row(
    "The tables of the gateway",
    (
        Panel(
            "Status behind",
            {"records": f"max(@PROJECTOR_LAG{{{GATEWAY}}} >= 0)"},
            "What the gateway says of jobs is so many records old.",
            runbook="StatusStale",
        ),
        Panel(
            "Stands still for",
            {"{{instance}}": f"@PROJECTOR_STILL{{{GATEWAY}}}"},
            "Records wait and none is folded.",
            "s",
            bad=60,
            runbook="StatusStale",
        ),
        Panel(
            "Records folded, a second",
            {"{{topic_kind}}": "sum by (topic_kind) (rate(@PROJECTOR_RECORDS[$__rate_interval]))"},
            "0 while records wait: StatusStale.",
        ),
        Panel(
            "Database retries, in 5 minutes",
            {"{{instance}}": f"sum by (instance) (increase(@PROJECTOR_RETRIES{{{GATEWAY}}}[5m]))"},
            "The database was busy, full or away.",
            bad=5,
            runbook="DatabaseTrouble",
        ),
        Panel(
            "Set aside",
            {
                "{{reason}}": "sum by (reason) (increase(@PROJECTOR_SKIPPED[1h]))",
                "of a later release": "max(@PROJECTOR_UNREAD)",
            },
            "Records that say nothing, or that a later release wrote.",
        ),
        Panel(
            "Jobs that the gateway ended, overdue",
            {
                "{{stage}} {{outcome}}": "sum by (stage, outcome) (increase(@JOBS_CLOSED[1h]))",
                "overdue, s": "max(@JOBS_OVERDUE)",
            },
            "Past their deadline, since no stage did: a stage is away or parked.",
            empty=NEVER,
        ),
        Panel(
            "Gateways and what they lead",
            {
                "alive": "max(@GATEWAYS_LIVE)",
                "{{instance}} partitions": f"@LEASES_HELD{{{GATEWAY}}}",
                "taken over, 1 h": "sum(increase(@LEASES_TAKEN_OVER[1h]))",
                "lost, 1 h": "sum(increase(@LEASES_LOST[1h]))",
            },
            "With SQLite there is one, and it leads all.",
        ),
        Panel(
            "Dead letters put back or aside, in an hour",
            {
                "{{stage}} back": "sum by (stage) (increase(@DEAD_LETTERS_REDRIVEN[1h]))",
                "{{stage}} aside": "sum by (stage) (increase(@DEAD_LETTERS_DISCARDED[1h]))",
            },
            "What people have done about them.",
            empty=NEVER,
        ),
        Panel(
            "Keys and streams, a minute",
            {
                "key {{result}}": "sum by (result) (rate(@IDEMPOTENCY[10m])) * 60",
                "resumed {{result}}": "sum by (result) (rate(@SSE_RESUMES[10m])) * 60",
                "feed read from {{source}}": "sum by (source) (rate(@FEED_READS[10m])) * 60",
            },
            "mismatch: a client uses a key twice for different requests.",
            empty=NEVER,
        ),
    ),
)

PROCESSES = Row(
    "Processes",
    (
        Panel(
            "CPU",
            {
                "{{job}} {{instance}}": f"rate(process_cpu_seconds_total{{{OURS}}}"
                "[$__rate_interval])"
            },
            "In cores. One at 1: it can do no more, add a process.",
            bad=0.9,
        ),
        Panel(
            "Memory",
            {"{{job}} {{instance}}": f"process_resident_memory_bytes{{{OURS}}}"},
            "Grows without end: start it again, and keep its log.",
            "bytes",
        ),
        Panel(
            "Starts, in 15 minutes",
            {"{{job}} {{instance}}": f"changes(process_start_time_seconds{{{OURS}}}[15m])"},
            "More than 3: it dies over and over, and whoever starts it hides that.",
            bad=4,
            runbook="ProcessRestarts",
        ),
        Panel(
            "Up",
            {"{{job}} {{instance}}": f"up{{{OURS}}}"},
            "0: Prometheus gets no metrics from it.",
            bad=1,
            is_low_bad=True,
            runbook="TargetDown",
        ),
        Panel(
            "What the gateway needs",
            {"{{dependency}}": "min by (dependency) (@DEPENDENCY_UP)"},
            "0: it does not answer, or takes no writes.",
            bad=1,
            is_low_bad=True,
            runbook="DatabaseAway",
        ),
        Panel(
            "Canaries, in an hour",
            {"{{outcome}}": "sum by (outcome) (increase(@CANARY[1h]))"},
            "late: a stage is slow. refused: the gateway cannot publish.",
            runbook="CanaryStale",
        ),
        Panel(
            "Time of a canary",
            {"p95": "histogram_quantile(0.95, sum by (le) (rate(@CANARY_DURATION.bucket[10m])))"},
            "Without a model call: what Kafka and the processes take.",
            "s",
        ),
        Panel(
            "Versions",
            {"": "count by (version, service) (@BUILD_INFO)"},
            "Two for long: a deploy has stopped half way.",
            kind="table",
            runbook="MixedVersions",
        ),
        Panel(
            "Computing process lost",
            {"{{instance}}": f"sum by (instance) (increase(@COMPUTE_LOST{{{GATEWAY}}}[1h]))"},
            "It reads and renders what is large, and is started again.",
        ),
        Panel(
            "Spans, in an hour",
            {"{{outcome}}": "sum by (outcome) (increase(@TRACE_SPANS[1h]))"},
            "failed: the receiver of traces takes none, `spans_not_taken` in the log says why.",
            empty=NEVER,
        ),
    ),
)

KAFKA = Board("brainshare-kafka", "Brainshare: Kafka and processes", (LOGS, TABLES, PROCESSES))
