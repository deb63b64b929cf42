"""What several panels and alerts ask for.

Metrics of a gateway that only the leading one knows are NaN at the others: "> 0" and ">= 0" leave
those out.
"""

from deploy.prometheus.rule import OF_CLIENTS, Group, Record

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
BURN_WINDOWS = ("5m", "1h")
BUDGET_WINDOWS = ("1h", "6h", "1d", "3d")

LAG = Group(
    "brainshare_lag",
    (
        Record(
            "stage_kind:consumer_lag_seconds:max",
            "time() - min by (stage, topic_kind) (@CONSUMER_OLDEST > 0)",
        ),
        Record(
            "stage:consumer_lag_seconds:max",
            "max by (stage) (stage_kind:consumer_lag_seconds:max)"
            " unless on (stage) (max by (stage) (@STAGE_PARKED) == 1)",
            "A parked stage waits on purpose: StageParked tells of it.",
        ),
        Record(
            "stage:consumer_lag_records:sum",
            "sum by (stage)"
            ' (max by (stage, topic_kind) (@CONSUMER_LAG{topic_kind!="retries"} >= 0))',
        ),
        Record(
            "stage:processed:rate10m",
            'sum by (stage) (rate(@STAGE_PROCESSED{outcome!="not_asked"}[$10m]))',
        ),
        Record(
            "stage:drain_seconds:estimate",
            "stage:consumer_lag_records:sum / (stage:processed:rate10m > 0)",
        ),
    ),
)

SLO = Group(
    "brainshare_slo",
    (
        *(
            Record(
                f"job:failed:ratio_rate{window}",
                f'sum(rate(@JOBS_FINISHED{{outcome="failed"}}[${window}]))'
                f" / (sum(rate(@JOBS_FINISHED[${window}])) > 0)",
            )
            for window in WINDOWS
        ),
        *(
            Record(
                f"job:slow:ratio_rate{window}",
                f'1 - sum(rate(@JOB_DURATION.bucket{{le="$5m.le"}}[${window}]))'
                f" / (sum(rate(@JOB_DURATION.count[${window}])) > 0)",
            )
            for window in BURN_WINDOWS
        ),
        *(
            Record(
                f"gateway:failed:ratio_rate{window}",
                f'sum(rate(@HTTP_REQUESTS{{outcome="failed",{OF_CLIENTS}}}[${window}]))'
                f" / (sum(rate(@HTTP_REQUESTS{{{OF_CLIENTS}}}[${window}])) > 0)",
            )
            for window in BURN_WINDOWS
        ),
        Record(
            "job:success_budget_left:ratio",
            '1 - (sum(increase(@JOBS_FINISHED{outcome="failed"}[$30d]))'
            " / (sum(increase(@JOBS_FINISHED[$30d])) > 0)) / 0.01",
            "Of 1 % of the jobs of 30 days: 1 is all, 0 is none, below it is overdrawn.",
        ),
        *(
            Record(
                f"job:success_budget_left:seconds_rate{window}",
                "(job:success_budget_left:ratio > 0) * $30d.s"
                f" / (job:failed:ratio_rate{window} / 0.01 > 0)",
                "Until it is used up, if it goes on as in that window.",
            )
            for window in BUDGET_WINDOWS
        ),
    ),
)

COST = Group(
    "brainshare_cost",
    (
        Record("brainshare:cost_usd:rate1h", "sum(rate(@LLM_COST[$1h])) * 3600"),
        Record(
            "brainshare:cost_usd_per_job:1h",
            "sum(increase(@LLM_COST[$1h]))"
            ' / (sum(increase(@JOBS_FINISHED{outcome="completed"}[$1h])) > 0)',
        ),
        Record(
            "brainshare:cost_usd:month_forecast",
            'max(@SPEND{since="month"} >= 0) + sum(rate(@LLM_COST[$1d])) * 86400'
            " * (days_in_month() - day_of_month() + 1 - hour() / 24)",
            "What the month has cost, and the rest of it as the last 24 hours went.",
        ),
    ),
)
