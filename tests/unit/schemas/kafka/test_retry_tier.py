"""What a retry tier may be called."""

import pytest

from schemas.kafka.retry_tier import read_tier, read_tiers


@pytest.mark.parametrize(
    ("name", "delay_s"), [("200ms", 0.2), ("5s", 5), ("30s", 30), ("5m", 300), ("1h", 3600)]
)
def test_a_tiers_name_is_its_delay(name: str, delay_s: float) -> None:
    assert read_tier(name).delay_s == pytest.approx(delay_s)


@pytest.mark.parametrize("name", ["", "5", "s", "0s", "-5s", "5 s", "5d", "1.5s"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no retry tier"):
        read_tier(name)


@pytest.mark.parametrize("names", ["30s,5s", "5s,5s", "60s,1m"])
def test_tiers_must_grow(names: str) -> None:
    with pytest.raises(ValueError, match="must grow"):
        read_tiers(names)
