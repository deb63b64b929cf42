"""Processes and hosts."""

from deploy.prometheus.rule import Alert

PROCESS_ALERTS = (
    Alert(
        "ClockOff",
        "abs(@CLOCK_SKEW) > 5",
        "The clock of {{ $labels.instance }} is {{ $value | humanizeDuration }} off the broker's.",
        severity="ticket",
        lasts="5m",
    ),
    Alert(
        "MixedVersions",
        "count(count by (version) (@BUILD_INFO)) > 1",
        "{{ $value | humanize }} versions run side by side.",
        severity="ticket",
        lasts="30m",
    ),
    Alert(
        "TargetDown",
        'up{job=~"brainshare-.*"} == 0',
        "Prometheus gets no metrics from {{ $labels.instance }}.",
        severity="page",
        cause="broker",
        lasts="2m",
        holds="5m",
    ),
    Alert(
        "ProcessRestarts",
        'changes(process_start_time_seconds{job=~"brainshare-.*"}[$15m]) > 3',
        "{{ $labels.instance }} was started again {{ $value | humanize }} times in 15 minutes.",
        severity="ticket",
    ),
    Alert(
        "Watchdog",
        "vector(1)",
        "Always firing: where it is not seen, nothing else is, either.",
        severity="none",
    ),
)
