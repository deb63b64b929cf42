"""The clocks of the stack run at the pace of the rules."""

import pytest

from deploy.prometheus.pace import IN_EARNEST, Pace
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.settings import GatewaySettings
from services.kafka import KafkaSettings
from tests.drill.stack import shorten


def test_the_settings_of_a_stack_are_shortened_by_the_factor_of_the_rules() -> None:
    assert shorten(Pace(30)) == {
        "GATEWAY_CANARY_S": "2",
        "GATEWAY_PROBE_S": "0.5",
        "RETRY_TIERS": "167ms,1000ms,10000ms",
        "GATEWAY_WEBHOOK_DELAYS": "167ms,10000ms,20000ms,24000ms,28000ms,32000ms",
    }


@pytest.mark.parametrize("factor", [1, 20, 100])
def test_a_stack_takes_them(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    for name, value in shorten(Pace(factor)).items():
        monkeypatch.setenv(name, value)
    for fragment in (GatewaySettings, KafkaSettings, WebhookSettings):
        fragment()


def test_in_earnest_they_are_the_defaults() -> None:
    usual, told = GatewaySettings(), shorten(IN_EARNEST)
    assert float(told["GATEWAY_CANARY_S"]) == usual.canary_s
    assert float(told["GATEWAY_PROBE_S"]) == usual.probe_s
    assert told["RETRY_TIERS"] == "5s,30s,5m"
