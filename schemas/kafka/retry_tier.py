"""The tiers in which a failed record waits: one topic each, one constant delay each."""

import re
from dataclasses import dataclass

UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class RetryTier:
    """A delay topic.

    Attributes:
        name: As it stands in the topic's name, for instance "30s".
        delay_s: A floor, in seconds.
    """

    name: str
    delay_s: float


def read_tier(name: str) -> RetryTier:
    """Read a tier from its name, a number with ms, s, m or h.

    Raises:
        ValueError: The name is no duration.
    """
    found = re.fullmatch(r"([1-9][0-9]*)(ms|s|m|h)", name)
    if found is None:
        raise ValueError(f"{name!r} is no retry tier: write a number with ms, s, m or h")
    return RetryTier(name, int(found[1]) * UNIT_S[found[2]])


def read_tiers(names: str) -> tuple[RetryTier, ...]:
    """Read tiers, separated by commas.

    Raises:
        ValueError: There is none, one is no duration, or they do not grow.
    """
    tiers = tuple(read_tier(name.strip()) for name in names.split(","))
    delays = [tier.delay_s for tier in tiers]
    if delays != sorted(set(delays)):
        raise ValueError(f"retry tiers must grow: {names}")
    return tiers


DEFAULT_TIER_NAMES = "5s,30s,5m"
DEFAULT_TIERS = read_tiers(DEFAULT_TIER_NAMES)
