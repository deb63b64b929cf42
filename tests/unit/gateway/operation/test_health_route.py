"""A scrape is answered in the time that Prometheus gives it, whatever else does not answer."""

import pytest

from services.gateway.operation.dependency_probe import TIMEOUT_S
from services.gateway.operation.health_route import find_patience_s


@pytest.mark.parametrize(
    ("told", "patience_s"),
    [
        ("1", 0.5),
        ("0.75", 0.375),
        ("10", TIMEOUT_S),
        ("3600", TIMEOUT_S),
        (None, TIMEOUT_S),
        ("", TIMEOUT_S),
        ("0", TIMEOUT_S),
        ("-1", TIMEOUT_S),
        ("nan", TIMEOUT_S),
        ("inf", TIMEOUT_S),
        ("soon", TIMEOUT_S),
    ],
)
def test_a_scrape_waits_for_half_of_its_time_at_most(told: str | None, patience_s: float) -> None:
    assert find_patience_s(told) == patience_s
