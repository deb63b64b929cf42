"""One stage, or all of them: what it does, how long it takes, what goes wrong, what it holds."""

from deploy.grafana.panel import Board, Panel, Row

OF = 'stage=~"$stage"'


def _a_minute(name: str, by: str = "stage", over: str = "$__rate_interval") -> str:
    return f"sum by ({by}) (rate(@{name}{{{OF}}}[{over}])) * 60"


WORK = Row(
    "Work",
    (
        Panel(
            "Records ended by outcome, a minute",
            {"{{purpose}} {{outcome}}": _a_minute("STAGE_PROCESSED", "purpose, outcome")},
            "dead_lettered or retry_later above succeeded: see the reasons beside. Alerts are for"
            " the purpose job; replay is a shadow's.",
        ),
        Panel(
            "Retries by reason, a minute",
            {"{{reason}}": _a_minute("STAGE_RETRIES", "reason") + " > 0"},
            "rate-limited: lower the limits a minute. timed-out: a slow model.",
            runbook="RetryStorm",
            empty="Empty while nothing is retried.",
        ),
        Panel(
            "Dead letters by reason, a minute",
            {"{{stage}} {{reason}}": _a_minute("DEAD_LETTERS", "stage, reason") + " > 0"},
            "Each is a failed job. Mend the cause, redrive one, then all.",
            runbook="DeadLetters",
            also=("DeadLetterRatioHigh",),
            empty="Empty while nothing is given up on.",
        ),
        Panel(
            "Time of a record",
            {
                f"{{{{stage}}}} {name}": f"histogram_quantile({q}, sum by (le, stage)"
                f" (rate(@STAGE_DURATION.bucket{{{OF}}}[10m])))"
                for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
            },
            "From pulling it to its outcome, its calls included. The dots lead to traces.",
            "s",
        ),
        Panel(
            "In progress of limit",
            {
                "{{stage}} in progress": f"sum by (stage) (@STAGE_IN_PROGRESS{{{OF}}})",
                "{{stage}} limit": f"sum by (stage) (@STAGE_CONCURRENCY_LIMIT{{{OF}}})",
            },
            "At its limit while records wait: add workers.",
        ),
        Panel(
            "Bytes held",
            {"{{stage}}": f"sum by (stage) (@STAGE_HELD_BYTES{{{OF}}})"},
            "What was fetched and is not ended; above STAGE_HELD_MIB it stops pulling.",
            "bytes",
        ),
    ),
)

QUEUE = Row(
    "Queue",
    (
        Panel(
            "Records that wait, by topic",
            {
                "{{stage}} {{topic_kind}}": "max by (stage, topic_kind)"
                f" (@CONSUMER_LAG{{{OF}}} >= 0)"
            },
            "Retries wait on purpose until they are due.",
        ),
        Panel(
            "Behind, by topic",
            {"{{stage}} {{topic_kind}}": f"stage_kind:consumer_lag_seconds:max{{{OF}}}"},
            "Of retries: since they were due.",
            "s",
            warn=60,
            bad=300,
            runbook="LagGrowing",
            empty="Empty while nothing waits.",
        ),
        Panel(
            "Time to close",
            {"{{stage}}": f"stage:drain_seconds:estimate{{{OF}}}"},
            "An estimate, at the rate of the last 10 minutes.",
            "s",
            empty="Empty while no record is ended.",
        ),
        Panel(
            "Pulled and given back, a minute",
            {
                "{{stage}} pulled": _a_minute("STAGE_CONSUMED"),
                "{{stage}} back from a tier": _a_minute("STAGE_FORWARDED"),
            },
            "Pulled stays at 0 though records wait: parked, or no partitions.",
        ),
        Panel(
            "Since the last success",
            {"{{stage}}": f"time() - max by (stage) (@STAGE_LAST_SUCCESS{{{OF}}} > 0)"},
            "Long while records wait: StageStalled.",
            "s",
            runbook="StageStalled",
        ),
        Panel(
            "Parked",
            {"{{stage}}": f"max by (stage) (@STAGE_PARKED{{{OF}}})"},
            "1: no call can succeed. Parked for says why.",
            bad=1,
            runbook="StageParked",
        ),
        Panel(
            "Parked for",
            {"{{stage}} {{reason}}": f"max by (stage, reason) (@STAGE_PARKED_FOR{{{OF}}}) == 1"},
            "What calls fail for; flood: the stage gave up on most of its records.",
            runbook="StageParked",
            empty="Empty while no stage is parked.",
        ),
        Panel(
            "Of what waits, in the fullest partition",
            {"{{stage}}": f"max by (stage) (@FULLEST_PARTITION{{{OF}}} >= 0)"},
            "Near 100 %: one key takes all the work, and more workers do not help.",
            "percentunit",
            warn=0.8,
            runbook="LagGrowing",
            empty="Empty while little waits.",
        ),
    ),
)

WORKERS = Row(
    "Workers and answers",
    (
        Panel(
            "Workers: partitions of each",
            {"{{stage}} {{instance}}": f"sum by (stage, instance) (@PARTITIONS_ASSIGNED{{{OF}}})"},
            "A worker at 0 does nothing: more workers than partitions, or one that is stuck.",
            runbook="StageDown",
        ),
        Panel(
            "Rebalances, in 15 minutes",
            {"{{stage}}": f"sum by (stage) (increase(@REBALANCES{{{OF}}}[15m]))"},
            "More than 5: workers come and go.",
            bad=5,
            runbook="RebalanceStorm",
        ),
        Panel(
            "What saved a call, a minute",
            {
                "duplicates": _a_minute("DUPLICATES_SUPPRESSED", "", "10m"),
                "recalled": _a_minute("ANSWERS_RECALLED", "", "10m"),
                "reused": _a_minute("ANSWERS_REUSED", "", "10m"),
                "read back": _a_minute("LEDGER_LOADED", "", "10m"),
            },
            "After a kill records come twice, and cost nothing. Without one there are hardly any.",
        ),
        Panel(
            "Publishes tried again, suspects",
            {
                "{{stage}} publishes": f"sum by (stage) (increase(@PUBLISH_FAILURES{{{OF}}}[10m]))",
                "{{stage}} suspects": f"sum by (stage) (increase(@STAGE_SUSPECTS{{{OF}}}[10m]))",
            },
            "Publishes: Kafka. Suspects: records over which a process died twice.",
        ),
        Panel(
            "First answers that were usable",
            {
                "{{stage}}": "sum by (stage)"
                f' (rate(@FIRST_ANSWERS{{{OF},worth="usable"}}[10m])) / (sum by (stage)'
                f" (rate(@FIRST_ANSWERS{{{OF}}}[10m])) > 0)"
            },
            "Falls with another model or prompt: then each job costs more calls.",
            "percentunit",
            warn=0.9,
            bad=0.5,
            is_low_bad=True,
        ),
        Panel(
            "What checks found, a minute",
            {"{{check}} {{action}}": _a_minute("CHECKS", "check, action", "10m")},
            "docs/check.md tells what each is. One that jumps: another model or prompt.",
            empty="Empty while every answer passes.",
        ),
    ),
)

VARIABLES = {"stage": "label_values(@STAGE_CONCURRENCY_LIMIT, stage)"}
STAGE = Board("brainshare-stage", "Brainshare: stages", (WORK, QUEUE, WORKERS), VARIABLES)
