"""How long a server asks to wait, wherever it says that."""

from typing import Any

import pytest

from services.llm.refusal.refusal import read_refusal
from services.llm.refusal.told_wait import read_told_wait


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message} | more}


HOUR_DATE = {"date": "Fri, 27 Nov 2026 12:00:00 GMT"}
LEFT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795780860000"}
WAITS: dict[str, tuple[Any, dict[str, str], float | None]] = {
    "a header": (error("busy"), {"retry-after": "12"}, 12),
    "a header before words": (error("Please try again in 5s."), {"retry-after": "12"}, 12),
    "openai": (error("Rate limit reached. Please try again in 20s. Visit x."), {}, 20),
    "groq": (error("Please try again in 7m12.5s. Need more tokens?"), {}, 432.5),
    "azure": ({"error": {"message": "Please retry after 9 seconds."}}, {}, 9),
    "github": (error("Rate limit of 150 exceeded. Please wait 43200 seconds before"), {}, 43_200),
    "litellm": (error("No deployments available, Try again in 5 seconds. Passed model=x"), {}, 5),
    "gemini": ([error("x", details=[{"@type": "RetryInfo", "retryDelay": "33s"}])], {}, 33),
    "openrouter": (error("x", metadata={"headers": LEFT}), HOUR_DATE, 60),
    "hugging face": ({"error": "Model x is currently loading", "estimated_time": 20.0}, {}, 20),
    "nothing": (error("Please try again later."), {}, None),
    "a word": (error("Please wait a moment, then retry in style"), {}, None),
    "no end": (error("Please try again in 99999999999999 days"), {}, 86_400),
    "below 0": (error("x", retry_after=-5), {}, None),
}


@pytest.mark.parametrize(("body", "headers", "seconds"), WAITS.values(), ids=WAITS)
def test_the_wait_that_a_server_asks_for_is_read_wherever_it_stands(
    body: Any, headers: dict[str, str], seconds: float | None
) -> None:
    assert read_told_wait(read_refusal(429, body, headers)) == seconds
