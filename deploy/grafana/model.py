"""Model calls and money: how calls end, how long they take, what they cost."""

from deploy.grafana.panel import Board, Panel, Row

OF = 'stage=~"$stage"'
RATE = "[$__rate_interval]"
PRICED = "Empty until calls that have a price have been made."

CALLS = Row(
    "Calls",
    (
        Panel(
            "Calls by outcome, a minute",
            {"{{outcome}}": f"sum by (outcome) (rate(@LLM_REQUESTS{{{OF}}}{RATE})) * 60 > 0"},
            "rate-limited: lower the limits. key-refused, no-money: see StageParked.",
            runbook="ModelErrors",
            also=("ModelRateLimited",),
        ),
        Panel(
            "Time of a call",
            {
                f"{{{{stage}}}} {name}": f"histogram_quantile({q}, sum by (le, stage)"
                f" (rate(@LLM_DURATION.bucket{{{OF}}}[10m])))"
                for name, q in (("p50", 0.5), ("p95", 0.95))
            },
            "Near LLM_TIMEOUT_S calls are lost and made again: another model, or shorter answers.",
            "s",
        ),
        Panel(
            "Under way of what the provider bears",
            {
                "{{stage}} under way": f"sum by (stage) (@LLM_IN_FLIGHT{{{OF}}})",
                "{{stage}} limit": f"sum by (stage) (@LLM_CONCURRENCY_LIMIT{{{OF}}})",
            },
            "The limit falls by itself when the provider is overloaded, and rises again.",
        ),
        Panel(
            "Provider down",
            {"{{stage}}": f"max by (stage) (@LLM_CIRCUIT_OPEN{{{OF}}})"},
            "1: calls fail so that stages wait.",
            bad=1,
            runbook="ProviderOutage",
        ),
        Panel(
            "Calls that ask again, a minute",
            {"{{stage}}": f"sum by (stage) (rate(@RE_ASKS{{{OF}}}[10m])) * 60"},
            "Answers that failed a check. Many: another model or prompt.",
        ),
        Panel(
            "Which model",
            {"": f"max by (stage, profile, model) (@LLM_INFO{{{OF}}})"},
            "Two models in one stage: a deploy has stopped half way.",
            kind="table",
        ),
        Panel(
            "How it is asked for JSON",
            {"{{stage}} {{level}}": f"max by (stage, level) (@LLM_LEVEL{{{OF}}} == 1)"},
            "It goes down the ladder by itself when the server refuses a form.",
        ),
        Panel(
            "Tokens that the server takes",
            {"{{stage}} {{of}}": f"max by (stage, of) (@LLM_TOKEN_LIMIT{{{OF}}})"},
            "0: it has not told any.",
        ),
        Panel(
            "Tokens, a minute",
            {"{{kind}}": f"sum by (kind) (rate(@LLM_TOKENS{{{OF}}}{RATE})) * 60"},
            "cached is part of input, reasoning part of output.",
        ),
    ),
)

COST = Row(
    "Cost",
    (
        Panel(
            "Cost by stage, an hour",
            {"{{stage}}": f"sum by (stage) (rate(@LLM_COST{{{OF}}}[10m])) * 3600"},
            "Which stage costs. Failed attempts cost, too.",
            "currencyUSD",
        ),
        Panel(
            "Cost of a job, 1 h",
            {"a completed job": "brainshare:cost_usd_per_job:1h"},
            "Jumps with another model, larger tables, or more that is asked again.",
            "currencyUSD",
            empty=PRICED,
        ),
        Panel(
            "Spent",
            {"since the beginning of the {{since}}": "max by (since) (@SPEND >= 0)"},
            "From the tables: the same after any restart. UTC.",
            "currencyUSD",
        ),
        Panel(
            "Tokens that results have taken",
            {"{{kind}}": "sum by (kind) (max by (stage, kind) (@RESULT_TOKENS >= 0))"},
            "From the tables: the sum over all results, to the last token, after any kill. Calls"
            " that came to no result are not in it: the workers' own counts have them, too.",
        ),
        Panel(
            "What results have cost",
            {"{{stage}}": "max by (stage) (@RESULT_COST >= 0)"},
            "From the tables, likewise.",
            "currencyUSD",
        ),
        Panel(
            "Budget of the day that is spent",
            {
                "{{stage}} {{instance}}": f"@LLM_SPENT_TODAY{{{OF}}}"
                f" / (@LLM_DAILY_BUDGET{{{OF}}} > 0)"
            },
            "At 100 % the worker parks until midnight UTC.",
            "percentunit",
            warn=0.8,
            bad=1,
            runbook="SpendNearBudget",
            empty="Empty without LLM_DAILY_BUDGET_USD.",
        ),
        Panel(
            "Answers without a cost, a minute",
            {"{{stage}}": f"sum by (stage) (rate(@LLM_COST_UNKNOWN{{{OF}}}[10m])) * 60"},
            "No budget counts them: set the price. The demo model has none.",
            runbook="CostUnknown",
        ),
        Panel(
            "Forecast of the month",
            {"forecast": "brainshare:cost_usd:month_forecast"},
            "What the month has cost, and the rest of it as the last 24 hours went.",
            "currencyUSD",
            empty=PRICED,
        ),
    ),
)

VARIABLES = {"stage": "label_values(@LLM_INFO, stage)"}
MODEL = Board("brainshare-model", "Brainshare: model and cost", (CALLS, COST), VARIABLES)
