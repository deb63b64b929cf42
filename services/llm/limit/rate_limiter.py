"""Keeps to a provider's limits on requests and tokens a minute, as set and as it tells.

They are of this process: an operator gives each process its share. A limit is re-set from what the
provider tells, never above what is set.
"""

from collections.abc import Mapping

from aiolimiter import AsyncLimiter

from services.llm.exchange.rate_header import read_number

MINUTE_S = 60.0
WEIGHT_OF_LAST = 0.2


class RateLimiter:
    """The limits of one process. None is no limit.

    Args:
        requests: A minute.
        tokens: A minute, those of prompts and answers together.
    """

    def __init__(self, requests: float | None = None, tokens: float | None = None) -> None:
        self._set = {"requests": requests, "tokens": tokens}
        self._buckets = {kind: _bucket(rate) for kind, rate in self._set.items()}
        self._mean_tokens: float | None = None
        self.is_limited = any(rate is not None for rate in self._set.values())

    def rate(self, kind: str) -> float | None:
        """The limit a minute that is kept to now."""
        bucket = self._buckets[kind]
        return bucket.max_rate if bucket else None

    async def acquire(self, tokens: float) -> None:
        """Wait until a call of so many tokens may be made."""
        before = tokens if self._mean_tokens is None else self._mean_tokens
        self._mean_tokens = before + (tokens - before) * WEIGHT_OF_LAST
        for kind, amount in (("requests", 1.0), ("tokens", tokens)):
            bucket = self._buckets[kind]
            if bucket:
                # A call that is larger than a minute's limit takes the whole minute.
                await bucket.acquire(min(amount, bucket.max_rate))

    def allows(self, calls: int, within_s: float) -> bool:
        """Whether the last of so many calls, as large as those before, has its turn so soon."""
        return all(
            bucket.has_capacity(
                calls * self._mean_amount(kind, bucket) - within_s / MINUTE_S * bucket.max_rate
            )
            for kind, bucket in self._buckets.items()
            if bucket
        )

    def _mean_amount(self, kind: str, bucket: AsyncLimiter) -> float:
        """What a call takes of a bucket: all of it, until the first has told."""
        mean = 1.0 if kind == "requests" else self._mean_tokens
        return bucket.max_rate if mean is None else min(mean, bucket.max_rate)

    def feed(self, headers: Mapping[str, str]) -> None:
        """Take in the limits that an answer tells."""
        for kind, rate in self._set.items():
            if rate is not None:
                self._lower(kind, rate, read_number(headers.get(f"x-ratelimit-limit-{kind}")))

    def _lower(self, kind: str, rate: float, told: float | None) -> None:
        """Never above what is set: other processes share the provider's limit."""
        rate = min(told or rate, rate)
        if rate != self.rate(kind):
            self._buckets[kind] = _bucket(rate)


def _bucket(rate: float | None) -> AsyncLimiter | None:
    return None if rate is None else AsyncLimiter(rate, MINUTE_S)
