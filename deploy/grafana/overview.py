"""The overview: the answers first, then jobs, stages and the gateway."""

from deploy.grafana.now import NOW
from deploy.grafana.panel import Board, Panel, Row
from deploy.prometheus.rule import OF_CLIENTS

IDLE = "Empty while nothing waits."

TOLD = "Empty until an endpoint has been told something."

JOBS = Row(
    "Jobs",
    (
        Panel(
            "Jobs accepted and finished, a minute",
            {
                "accepted": "sum(rate(@JOBS_ACCEPTED[$__rate_interval])) * 60",
                "{{outcome}}": "sum by (outcome) (rate(@JOBS_FINISHED[$__rate_interval])) * 60",
            },
            "Accepted above finished for long: it falls behind.",
        ),
        Panel(
            "Jobs in flight",
            {"{{state}}": "max by (state) (@JOBS_IN_FLIGHT)"},
            "Pending grows while running does not: a stage takes no work.",
        ),
        Panel(
            "Time of a job",
            {
                name: f"histogram_quantile({q}, sum by (le) (rate(@JOB_DURATION.bucket[10m])))"
                for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
            },
            "From 202 to the end, waits for retries included.",
            "s",
            bad=300,
            runbook="JobLatencyBurn",
        ),
        Panel(
            "Acted on or taken out, an hour",
            {
                "{{action}}: {{outcome}}": "sum by (action, outcome) (increase(@BULK_JOBS[1h]))",
                "replayed": "sum(increase(@REPLAYED_JOBS[1h]))",
                "promotion: {{outcome}}": "sum by (outcome) (increase(@PROMOTIONS[1h]))",
                "rerun: {{outcome}}": "sum by (outcome) (increase(@RERUNS[1h]))",
                "deleted": "sum(increase(@JOBS_DELETED[1h]))",
                "pruned": "sum(increase(@JOBS_PRUNED[1h]))",
            },
            "By bulk actions, operators and GATEWAY_KEEP_DAYS. The act log says who.",
            width=12,
            empty="Bulk actions: empty until there has been one.",
        ),
        Panel(
            "Errors that are alike",
            {
                "{{state}}": "max by (state) (@ERROR_GROUPS)",
                "of the gateway itself, an hour": "sum(increase(@GATEWAY_ERRORS[1h]))",
            },
            "Regressed: called resolved, and seen again. `brainshare errors list` names them.",
            width=12,
        ),
    ),
)

STAGES = Row(
    "Stages",
    (
        Panel(
            "Records ended, a minute",
            {"{{stage}}": "sum by (stage) (rate(@STAGE_PROCESSED[$__rate_interval])) * 60"},
            "One stage at 0 while records wait for it: open Stage.",
            runbook="StageStalled",
        ),
        Panel(
            "Records that wait",
            {"{{stage}}": "stage:consumer_lag_records:sum"},
            "The stage whose queue grows is the one that holds up the others.",
            runbook="LagGrowing",
        ),
        Panel(
            "Behind, by stage",
            {"{{stage}}": "stage:consumer_lag_seconds:max"},
            "Planned waits and parked stages left out.",
            "s",
            warn=60,
            bad=300,
            runbook="LagGrowing",
            empty=IDLE,
        ),
    ),
)

GATEWAY = Row(
    "Gateway",
    (
        Panel(
            "Requests by outcome, a second",
            {
                "{{area}} {{outcome}}": "sum by (area, outcome)"
                f" (rate(@HTTP_REQUESTS{{{OF_CLIENTS}}}[$__rate_interval])) > 0"
            },
            "Without what probes and Prometheus ask. Failed is 5xx: see the gateway's log,"
            " request_failed.",
            "reqps",
            width=6,
            runbook="GatewayErrors",
        ),
        Panel(
            "Requests, p95 by area",
            {
                "{{area}}": "histogram_quantile(0.95, sum by (le, area)"
                " (rate(@HTTP_REQUEST_DURATION.bucket[10m])))"
            },
            "Live streams left out. Slow throughout: the database or the disk.",
            "s",
            width=6,
        ),
        Panel(
            "Refused, a minute",
            {
                "{{limit}}": "sum by (limit) (rate(@HTTP_REFUSED[10m])) * 60",
                "{{reason}}": "sum by (reason) (rate(@HTTP_DENIED[10m])) * 60",
            },
            "A tenant above its limits, a client with a wrong key, or too many at once.",
            width=6,
            empty="Empty until something has been refused.",
        ),
        Panel(
            "Streams, waits and bodies in hand",
            {
                "streams": "sum(@SSE_CLIENTS)",
                "waits": "sum(@WAITS)",
                "large bodies": "sum(@LARGE_BODIES)",
            },
            "Limits: GATEWAY_STREAMS and GATEWAY_LARGE_BODIES.",
            width=6,
        ),
    ),
)

WEBHOOKS = Row(
    "Webhooks",
    (
        Panel(
            "Requests to endpoints, a minute",
            {"{{outcome}}": "sum by (outcome) (rate(@WEBHOOKS_SENT[$__rate_interval])) * 60"},
            "Away or refused: the log of the deliveries says what was answered.",
            width=6,
            empty=TOLD,
        ),
        Panel(
            "Answers of endpoints, p95",
            {"p95": "histogram_quantile(0.95, sum by (le) (rate(@WEBHOOK_DURATION.bucket[10m])))"},
            "An endpoint that works before it answers: it is to answer first.",
            "s",
            width=6,
            empty=TOLD,
        ),
        Panel(
            "Deliveries that wait",
            {
                "waiting": "sum(@WEBHOOKS_PENDING)",
                "under way": "sum(@WEBHOOKS_IN_FLIGHT)",
                "disabled, {{reason}}": "sum by (reason) (increase(@WEBHOOKS_DISABLED[1d]))",
            },
            "Growing: an endpoint is away, or answers more slowly than jobs end.",
            width=6,
            empty="Disabled: empty until an endpoint has been.",
        ),
        Panel(
            "Oldest delivery",
            {"waits": "time() - min(@WEBHOOKS_OLDEST > 0)"},
            "An endpoint takes nothing: its list of deliveries says what it answers.",
            "s",
            width=6,
            bad=600,
            runbook="WebhookBacklog",
            empty="Empty while nothing waits.",
        ),
    ),
)

OVERVIEW = Board(
    "brainshare-overview", "Brainshare: overview", (NOW, JOBS, STAGES, GATEWAY, WEBHOOKS)
)
