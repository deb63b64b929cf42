"""Limits a minute are kept to, and re-set from what the provider tells."""

import asyncio

from services.llm.limit.rate_limiter import RateLimiter


async def is_free(limiter: RateLimiter, tokens: float = 1) -> bool:
    waiting = asyncio.create_task(limiter.acquire(tokens))
    done, _ = await asyncio.wait({waiting}, timeout=0.01)
    waiting.cancel()
    return bool(done)


async def test_without_a_limit_nothing_waits() -> None:
    limiter = RateLimiter(None, None)
    assert not limiter.is_limited
    assert all([await is_free(limiter, 1e9) for _ in range(50)])


async def test_more_requests_than_a_minute_allows_wait() -> None:
    limiter = RateLimiter(2, None)
    assert [await is_free(limiter) for _ in range(3)] == [True, True, False]


async def test_more_tokens_than_a_minute_allows_wait() -> None:
    limiter = RateLimiter(None, 1000)
    assert [await is_free(limiter, 600) for _ in range(2)] == [True, False]


async def test_a_call_larger_than_a_minutes_limit_takes_the_whole_minute() -> None:
    limiter = RateLimiter(None, 1000)
    assert await is_free(limiter, 5000)
    assert not await is_free(limiter, 100)


def test_a_lower_limit_that_the_provider_tells_is_kept_to() -> None:
    limiter = RateLimiter(100, None)
    limiter.feed({"x-ratelimit-limit-requests": "60"})
    assert limiter.rate("requests") == 60


def test_a_higher_one_is_not_since_others_share_it() -> None:
    limiter = RateLimiter(100, None)
    limiter.feed({"x-ratelimit-limit-requests": "60"})
    limiter.feed({"x-ratelimit-limit-requests": "5000"})
    assert limiter.rate("requests") == 100


def test_what_the_provider_does_not_tell_leaves_the_limit_as_set() -> None:
    limiter = RateLimiter(100, 5000)
    limiter.feed({"x-ratelimit-limit-requests": "many"})
    assert (limiter.rate("requests"), limiter.rate("tokens")) == (100, 5000)
