"""A stack with a price on its calls and a canary each second, under the load, before Prometheus."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.cli.client.command_client import connect
from tests.observe.load import play
from tests.observe.prometheus import Prometheus, running_prometheus
from tests.pipeline.model_proxy import stack_behind_proxy
from tests.stack import RETRIES, wait_until

PRICES = {
    "LLM_PRICE_INPUT_PER_MTOK": "0.25",
    "LLM_PRICE_OUTPUT_PER_MTOK": "2",
    "LLM_DAILY_BUDGET_USD": "1000",
}
CANARIES = {"GATEWAY_CANARY_S": "1"}
SEEN_S = 240.0
SHOWN_S = 60.0
"""What a picture shows at least."""
SETTLED = (
    'brainshare:cost_usd:month_forecast > 0 and max(brainshare_spend_usd{since="day"}) > 0'
    " and sum(brainshare_results_cost_usd) > 0 and brainshare:cost_usd_per_job:1h > 0"
    " and max(brainshare_lag_probed_timestamp_seconds) > 0"
)
"""The gateway has looked at its tables and at Kafka, and the rules have been worked out."""


@dataclass(frozen=True)
class Observed:
    """What was seen of a stack, from when to when in Unix time."""

    prometheus: Prometheus
    begin: float
    end: float


@contextmanager
def observed_stack(folder: Path) -> Iterator[Observed]:
    """Start it all, play the load, and give what was seen while it still runs.

    The demo model is asked through a proxy, which does not say that it is one: else it costs
    nothing, and no panel of costs would show anything.
    """
    env = RETRIES | PRICES | CANARIES
    with (
        stack_behind_proxy(folder / "stack", env=env) as (stack, _, demo),
        running_prometheus(stack, folder / "prometheus") as prometheus,
        connect(stack.gateway_url) as gateway,
    ):
        begin = time.time()
        play(gateway, demo)
        wait_until(lambda: prometheus.query(SETTLED), SEEN_S, "what jobs cost has been seen")
        wait_until(lambda: time.time() > begin + SHOWN_S, 2 * SHOWN_S, "there is something to see")
        yield Observed(prometheus, begin, time.time())
