"""The stages: parked, down, behind, or giving up on records."""

from deploy.prometheus.rule import AFTERMATH, OF_JOBS, Alert

STAGE_ALERTS = (
    Alert(
        "StageParked",
        "max by (stage) (@STAGE_PARKED) == 1",
        "The stage {{ $labels.stage }} takes no work, because no call can succeed: its key,"
        " its money, its model or its provider.",
        severity="page",
        cause="provider",
        lasts="3m",
        holds=AFTERMATH,
    ),
    Alert(
        "StageDown",
        "(sum by (stage) (@PARTITIONS_ASSIGNED) == 0) or"
        ' absent(@PARTITIONS_ASSIGNED{stage="table"}) or'
        ' absent(@PARTITIONS_ASSIGNED{stage="column"}) or'
        ' absent(@PARTITIONS_ASSIGNED{stage="row"})',
        "No worker of the stage {{ $labels.stage }} has partitions.",
        severity="page",
        cause="broker",
        lasts="2m",
        holds=AFTERMATH,
    ),
    Alert(
        "StageStalled",
        "stage:consumer_lag_seconds:max > $10m.s unless on (stage) sum by (stage)"
        " (rate(@STAGE_PROCESSED[$10m])) > 0",
        "The stage {{ $labels.stage }} has ended nothing for 10 minutes, and its oldest"
        " record waits {{ $value | humanizeDuration }}.",
        severity="page",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "LagGrowing",
        "stage:consumer_lag_seconds:max > $5m.s and on (stage)"
        " deriv(stage:consumer_lag_records:sum[$15m]) > 0",
        "The stage {{ $labels.stage }} is {{ $value | humanizeDuration }} behind, and falls"
        " back further.",
        severity="ticket",
        cause="provider",
        lasts="15m",
    ),
    Alert(
        "DeadLetters",
        f"sum by (stage, reason) (increase(@DEAD_LETTERS{{{OF_JOBS}}}[$15m])) > 0",
        "The stage {{ $labels.stage }} has given up on {{ $value | humanize }} records: {{"
        " $labels.reason }}.",
        severity="ticket",
        cause="provider",
    ),
    Alert(
        "DeadLetterRatioHigh",
        f"sum by (stage) (rate(@DEAD_LETTERS{{{OF_JOBS}}}[$10m])) / (sum by (stage)"
        f" (rate(@STAGE_PROCESSED{{{OF_JOBS}}}[$10m])) > 0) > 0.05 and sum by (stage)"
        f" (increase(@STAGE_PROCESSED{{{OF_JOBS}}}[$10m])) > 20",
        "The stage {{ $labels.stage }} gives up on {{ $value | humanizePercentage }} of its"
        " records.",
        severity="page",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "RetryStorm",
        f"sum by (stage) (rate(@STAGE_RETRIES{{{OF_JOBS}}}[$10m])) / (sum by (stage)"
        f" (rate(@STAGE_PROCESSED{{{OF_JOBS}}}[$10m])) > 0) > 0.5 and sum by (stage)"
        f" (increase(@STAGE_PROCESSED{{{OF_JOBS}}}[$10m])) > 20",
        "{{ $value | humanizePercentage }} of what the stage {{ $labels.stage }} does is to"
        " be tried again.",
        severity="ticket",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "RebalanceStorm",
        "sum by (stage) (increase(@REBALANCES[$15m])) > 5",
        "The group of the stage {{ $labels.stage }} was rebalanced {{ $value | humanize }}"
        " times in 15 minutes.",
        severity="ticket",
    ),
)
