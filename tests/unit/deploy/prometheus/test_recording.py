"""What rules work out for dashboards and alerts comes to what a person would work out by hand."""

from pathlib import Path

import yaml

from deploy.prometheus.pace import IN_EARNEST
from deploy.prometheus.recording import COST, LAG, SLO
from tests.unit.deploy.prometheus.conftest import ask
from tests.unit.deploy.prometheus.test_rule import RULES

AT = "60m"
"""Of the first day of January 1970, so that 31 days but an hour of the month are left."""

SERIES = {
    'brainshare_jobs_finished_total{kind="new",outcome="failed"}': "0+1x60",
    'brainshare_jobs_finished_total{kind="new",outcome="completed"}': "0+199x60",
    'brainshare_job_duration_seconds_count{kind="new"}': "0+200x60",
    'brainshare_job_duration_seconds_bucket{kind="new",le="300.0"}': "0+150x60",
    'brainshare_http_requests_total{area="accept",outcome="answered"}': "0+9x60",
    'brainshare_http_requests_total{area="accept",outcome="failed"}': "0+1x60",
    'brainshare_http_requests_total{area="probes",outcome="failed"}': "0+90x60",
    'brainshare_consumer_oldest_pending_timestamp_seconds{stage="row",topic_kind="requests"}': (
        "3000x60"
    ),
    'brainshare_consumer_oldest_pending_timestamp_seconds{stage="row",topic_kind="retries"}': (
        "3300x60"
    ),
    'brainshare_consumer_oldest_pending_timestamp_seconds{stage="table",topic_kind="requests"}': (
        "60x60"
    ),
    'brainshare_stage_parked{stage="table",instance="t:1"}': "1x60",
    'brainshare_stage_parked{stage="row",instance="r:1"}': "0x60",
    'brainshare_consumer_lag_records{stage="row",topic_kind="requests"}': "100x60",
    'brainshare_consumer_lag_records{stage="row",topic_kind="suggestions"}': "20x60",
    'brainshare_consumer_lag_records{stage="row",topic_kind="retries"}': "900x60",
    'brainshare_stage_processed_total{stage="row",outcome="succeeded"}': "0+30x60",
    'brainshare_stage_processed_total{stage="row",outcome="not_asked"}': "0+90x60",
    'brainshare_llm_cost_usd_total{stage="row"}': "0+1x60",
    'brainshare_spend_usd{since="month",instance="g:1"}': "100x60",
}
MONTH_S = 30 * 24 * 3600
WORKED_OUT = {
    'stage_kind:consumer_lag_seconds:max{topic_kind="requests",stage="row"}': 600,
    'stage_kind:consumer_lag_seconds:max{topic_kind="retries",stage="row"}': 300,
    # The other stage is parked, and waits on purpose.
    "sum(stage:consumer_lag_seconds:max)": 600,
    'stage:consumer_lag_records:sum{stage="row"}': 120,
    'stage:processed:rate10m{stage="row"} * 60': 30,
    'stage:drain_seconds:estimate{stage="row"}': 240,
    "job:failed:ratio_rate5m": 0.005,
    "job:failed:ratio_rate3d": 0.005,
    "job:slow:ratio_rate1h": 0.25,
    "gateway:failed:ratio_rate5m": 0.1,
    "job:success_budget_left:ratio": 0.5,
    # It burns half as fast as the month allows, and half of it is left.
    "job:success_budget_left:seconds_rate1h": MONTH_S,
    "brainshare:cost_usd:rate1h": 60,
    "brainshare:cost_usd_per_job:1h": round(60 / (60 * 199), 3),
    # 60 USD in the last 24 hours, and 30 days and 23 hours of the month are left.
    "brainshare:cost_usd:month_forecast": 100 + 60 * (31 - 1 / 24),
}


def test_what_is_worked_out_is_right(promtool: str, tmp_path: Path) -> None:
    test = {
        "interval": "1m",
        "input_series": [{"series": of, "values": values} for of, values in SERIES.items()],
        "promql_expr_test": [
            {
                "expr": f"round(sum({asked}), 0.001)",
                "eval_time": AT,
                "exp_samples": [{"labels": "{}", "value": value}],
            }
            for asked, value in WORKED_OUT.items()
        ],
    }
    file = tmp_path / "cases.yml"
    told = {"rule_files": [str(rule) for rule in RULES], "evaluation_interval": "10m"}
    file.write_text(yaml.safe_dump(told | {"tests": [test]}, sort_keys=False))
    ask(promtool, "test", "rules", file)


def test_every_kind_of_record_is_worked_out_by_hand_once() -> None:
    """Those of other windows are written by the same line."""
    records = {
        record.write(IN_EARNEST)["record"] for group in (LAG, SLO, COST) for record in group.rules
    }
    kinds = {name.rpartition("_rate")[0] or name for name in records}
    asked = " ".join(WORKED_OUT)
    assert [kind for kind in sorted(kinds) if kind not in asked] == []
