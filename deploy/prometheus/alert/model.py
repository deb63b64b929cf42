"""Model calls and what they cost."""

from deploy.prometheus.rule import AFTERMATH, OF_JOBS, Alert

MODEL_ALERTS = (
    Alert(
        "ProviderOutage",
        "max by (profile) ((@LLM_CIRCUIT_OPEN == 1) * on (instance, stage) group_left"
        " (profile) @LLM_INFO)",
        "The model provider {{ $labels.profile }} is down: calls fail, stages wait for it.",
        severity="page",
        lasts="1m",
        holds=AFTERMATH,
        labels={"provider": "{{ $labels.profile }}"},
    ),
    Alert(
        "ModelErrors",
        f'sum by (stage) (rate(@LLM_REQUESTS{{outcome!~"ok|rate-limited",{OF_JOBS}}}[$10m])) /'
        f" (sum by (stage) (rate(@LLM_REQUESTS{{{OF_JOBS}}}[$10m])) > 0) > 0.2 and sum by (stage)"
        f" (increase(@LLM_REQUESTS{{{OF_JOBS}}}[$10m])) > 20",
        "{{ $value | humanizePercentage }} of the model calls of the stage {{ $labels.stage"
        " }} fail.",
        severity="ticket",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "ModelRateLimited",
        f'sum by (stage) (rate(@LLM_REQUESTS{{outcome="rate-limited",{OF_JOBS}}}[$10m])) /'
        f" (sum by (stage) (rate(@LLM_REQUESTS{{{OF_JOBS}}}[$10m])) > 0) > 0.1 and sum by (stage)"
        f" (increase(@LLM_REQUESTS{{{OF_JOBS}}}[$10m])) > 20",
        "{{ $value | humanizePercentage }} of the model calls of the stage {{ $labels.stage"
        " }} are refused for their rate.",
        severity="ticket",
        cause="provider",
        lasts="5m",
    ),
    Alert(
        "SpendNearBudget",
        "@LLM_SPENT_TODAY / (@LLM_DAILY_BUDGET > 0) > 0.8",
        "A worker of the stage {{ $labels.stage }} has spent {{ $value | humanizePercentage"
        " }} of its day's budget; at 100 % it parks until midnight UTC.",
        severity="ticket",
        lasts="5m",
    ),
    Alert(
        "CostUnknown",
        "sum by (stage) (increase(@LLM_COST_UNKNOWN[$1h]) unless on (instance, stage)"
        ' @LLM_INFO{profile="demo"}) > 0',
        "{{ $value | humanize }} answers of the stage {{ $labels.stage }} have no known cost,"
        " so that no budget counts them.",
        severity="ticket",
    ),
)
