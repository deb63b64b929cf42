"""What users feel: jobs that fail, take long or do not come through, and a gateway that fails."""

from deploy.prometheus.rule import OF_CLIENTS, Alert


def _tell_budget(window: str) -> str:
    """What is left of the budget, and when it is used up, in Prometheus' templates."""
    return (
        '{{ with query "job:success_budget_left:ratio" }}{{ $left := . | first | value }}'
        "{{ if gt $left 0.0 }}{{ $left | humanizePercentage }} of the budget of 30 days is left"
        f'{{{{ with query "job:success_budget_left:seconds_rate{window}" }}}}'
        ", and is used up in {{ . | first | value | humanizeDuration }}"
        f" if it goes on as in the last {window}{{{{ end }}}}"
        "{{ else }}The budget of 30 days is used up{{ end }}.{{ end }}"
    )


JOB_ALERTS = (
    Alert(
        "JobSuccessBurnHour",
        "job:failed:ratio_rate1h > 14.4 * 0.01 and job:failed:ratio_rate5m > 14.4 * 0.01 and"
        " sum(increase(@JOBS_FINISHED[$1h])) > 20",
        "In the last 1h {{ $value | humanizePercentage }} of jobs failed; 1 % is what the"
        " month may have.",
        severity="page",
        cause="provider",
        lasts="2m",
        labels={"window": "1h"},
        description=_tell_budget("1h"),
    ),
    Alert(
        "JobSuccessBurnSixHours",
        "job:failed:ratio_rate6h > 6 * 0.01 and job:failed:ratio_rate30m > 6 * 0.01 and"
        " sum(increase(@JOBS_FINISHED[$6h])) > 20",
        "In the last 6h {{ $value | humanizePercentage }} of jobs failed; 1 % is what the"
        " month may have.",
        severity="page",
        cause="provider",
        lasts="15m",
        labels={"window": "6h"},
        description=_tell_budget("6h"),
    ),
    Alert(
        "JobSuccessBurnDay",
        "job:failed:ratio_rate1d > 3 * 0.01 and job:failed:ratio_rate2h > 3 * 0.01 and"
        " sum(increase(@JOBS_FINISHED[$1d])) > 20",
        "In the last 1d {{ $value | humanizePercentage }} of jobs failed; 1 % is what the"
        " month may have.",
        severity="ticket",
        cause="provider",
        lasts="15m",
        labels={"window": "1d"},
        description=_tell_budget("1d"),
    ),
    Alert(
        "JobSuccessBurnThreeDays",
        "job:failed:ratio_rate3d > 1 * 0.01 and job:failed:ratio_rate6h > 1 * 0.01 and"
        " sum(increase(@JOBS_FINISHED[$3d])) > 20",
        "In the last 3d {{ $value | humanizePercentage }} of jobs failed; 1 % is what the"
        " month may have.",
        severity="ticket",
        cause="provider",
        lasts="15m",
        labels={"window": "3d"},
        description=_tell_budget("3d"),
    ),
    Alert(
        "JobsFailing",
        'sum(increase(@JOBS_FINISHED{outcome="failed"}[$10m])) > 3.5 and'
        ' sum(increase(@JOBS_FINISHED{outcome="failed"}[$10m])) /'
        " sum(increase(@JOBS_FINISHED[$10m])) > 0.5",
        "{{ $value | humanize }} jobs failed in 10 minutes, more than came through.",
        severity="page",
        cause="provider",
    ),
    Alert(
        "JobLatencyBurn",
        "job:slow:ratio_rate1h > 14.4 * 0.05 and job:slow:ratio_rate5m > 14.4 * 0.05 and"
        " sum(increase(@JOBS_FINISHED[$1h])) > 20",
        "{{ $value | humanizePercentage }} of the jobs of an hour took over 5 minutes.",
        severity="page",
        cause="provider",
        lasts="2m",
    ),
    Alert(
        "GatewayErrors",
        "gateway:failed:ratio_rate1h > 14.4 * 0.001 and gateway:failed:ratio_rate5m > 14.4 *"
        f" 0.001 and sum(increase(@HTTP_REQUESTS{{{OF_CLIENTS}}}[$1h])) > 50",
        "{{ $value | humanizePercentage }} of the requests of an hour were answered with 5xx.",
        severity="page",
        cause="broker",
        lasts="2m",
    ),
    Alert(
        "OldestJobTooOld",
        "time() - min(@OLDEST_JOB > 0) > $30m.s",
        "The oldest open job has waited {{ $value | humanizeDuration }}.",
        severity="page",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "CanaryStale",
        '(time() - max(@CANARY_LAST_SUCCESS{job="brainshare-gateway"}) > $5m.s and'
        ' max(@CANARY_LAST_SUCCESS{job="brainshare-gateway"}) > 0) or'
        ' (absent(@CANARY_LAST_SUCCESS{job="brainshare-gateway"}) unless on ()'
        ' up{job="brainshare-gateway"} == 0)',
        "No canary has come through for 5 minutes.",
        severity="page",
        cause="broker",
        lasts="1m",
    ),
    Alert(
        "WebhookBacklog",
        "time() - min(@WEBHOOKS_OLDEST > 0) > $10m.s",
        "The oldest delivery of a webhook has waited {{ $value | humanizeDuration }}.",
        severity="ticket",
        lasts="15m",
    ),
)
