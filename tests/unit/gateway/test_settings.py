"""Nobody opens the gateway to the network by accident."""

import pytest

from services.gateway.settings import GatewaySettings, UnsafeHostError, refuse_open_host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_may_connect(host: str) -> None:
    refuse_open_host(GatewaySettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "gateway.example"])
def test_others_may_connect_only_when_that_was_asked_for(host: str) -> None:
    with pytest.raises(UnsafeHostError, match="GATEWAY_ALLOW_UNAUTHENTICATED"):
        refuse_open_host(GatewaySettings(host=host))
    refuse_open_host(GatewaySettings(host=host, allow_unauthenticated=True))
