"""Kafka and the tables: logs that cannot be reached, are cut, or are not folded."""

from deploy.prometheus.rule import AFTERMATH, Alert

LOG_ALERTS = (
    Alert(
        "BrokerAway",
        "(time() - max(@LAG_PROBED) > $90s.look and max(@LAG_PROBED) > 0)"
        ' or max(@DEPENDENCY_UP{dependency="kafka"}) == 0',
        "The gateway gets no answer from Kafka.",
        severity="page",
        lasts="1m",
        holds=AFTERMATH,
    ),
    Alert(
        "RetentionNear",
        "max by (stage) (@STAGE_OLDEST_SHARE) > 0.8",
        "A record that the stage {{ $labels.stage }} has not ended is at {{ $value |"
        " humanizePercentage }} of its retention: then Kafka deletes it.",
        severity="page",
        lasts="5m",
    ),
    Alert(
        "RecordsLost",
        "sum by (stage) (increase(@STAGE_RECORDS_EXPIRED[$1h])) > 0",
        "Kafka has deleted {{ $value | humanize }} records that the stage {{ $labels.stage }}"
        " had not ended.",
        severity="page",
    ),
    Alert(
        "LogLost",
        "sum by (lost) (increase(@POSITIONS_LOST[$1h]) > 0 or (@POSITIONS_LOST unless"
        " @POSITIONS_LOST offset $1h) > 0)",
        "A topic no longer holds what was to be read next; its {{ $labels.lost }} is gone. The log"
        " line names it.",
        severity="page",
    ),
    Alert(
        "StatusStale",
        "max(@PROJECTOR_STILL) > $1m.look",
        "Records wait, and the gateway has folded none into its tables for {{ $value |"
        " humanizeDuration }}.",
        severity="page",
        cause="broker",
        lasts="1m",
    ),
    Alert(
        "DatabaseAway",
        'min(@DEPENDENCY_UP{dependency="database"}) == 0',
        "The gateway's database is locked, full or away: nothing is written to it.",
        severity="page",
        cause="broker",
        lasts="30s",
        holds=AFTERMATH,
    ),
    Alert(
        "DatabaseTrouble",
        "sum(increase(@PROJECTOR_RETRIES[$5m])) > 5",
        "The gateway's database was busy, full or away again and again in 5 minutes.",
        severity="ticket",
        lasts="1m",
    ),
)
