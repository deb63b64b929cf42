"""How long a Retry-After asks to wait, as RFC 9110 has it: for every header but a model server's.

Those write more than the standard knows: see `services.llm.exchange.rate_header`.
"""

from email.utils import parsedate_to_datetime

MOST_DIGITS = 9
"""Thirty years are long enough, and a number without an end is no time."""


def read_retry_after(text: str | None, now_s: float) -> float | None:
    """How many seconds it means, which is a number or a date; None where it says nothing.

    Args:
        now_s: In seconds since 1970.
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:MOST_DIGITS])
    try:
        until_s = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, until_s - now_s)
