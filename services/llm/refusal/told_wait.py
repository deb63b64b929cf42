"""How long a server asks to wait: in its headers, else in its answer, else in its words."""

import re

from services.llm.exchange.rate_header import (
    DAY_S,
    read_duration,
    read_pause,
    read_reset,
    read_retry_after,
)
from services.llm.refusal.refusal import Refusal

WAIT_WORDS = re.compile(
    r"(?:(?:try|retry|retrying) (?:again )?(?:in|after)|wait(?: for)?|reset(?:s|ting)? in)"
    r" (?:about |another |at least )?((?:\d+(?:\.\d+)? ?[a-z]+ ?)+)",
    re.IGNORECASE,
)


def read_told_wait(refusal: Refusal) -> float | None:
    """How long to wait, in seconds, a day at most; None where nothing is said of that."""
    headers = refusal.headers
    told = read_retry_after(headers) or read_pause(headers) or read_reset(refusal.wait)
    told = told or _read_words(refusal.words)
    return min(told, DAY_S) if told else None


def _read_words(words: str) -> float | None:
    """`Please try again in 7m12.5s.` or `Please retry after 9 seconds.`"""
    for match in WAIT_WORDS.finditer(words):
        parts = match[1].lower().split()
        # What follows the duration are other words of the sentence.
        for count in range(len(parts), 0, -1):
            told = read_duration(" ".join(parts[:count]))
            if told:
                return told
    return None
