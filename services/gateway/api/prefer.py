"""`Prefer: wait=N` (RFC 7240): how long a client would rather wait than ask again."""

import re

MAX_WAIT_S = 60
PREFER = (
    f"`wait=N`: answer within N seconds, at most {MAX_WAIT_S}, as soon as the job is final; with"
    " `If-None-Match`, as soon as it has changed."
)

_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?([0-9]{1,6})"?\s*(?=[,;]|$)', re.IGNORECASE)


def read_wait(prefer: str | None) -> int:
    """How long to wait at most, in seconds; 0 where no such thing is preferred.

    What is not understood of a preference is passed over, as RFC 7240 asks for.
    """
    found = _WAIT.search(prefer or "")
    return min(MAX_WAIT_S, int(found[1])) if found else 0


def tell_applied(wait_s: int) -> dict[str, str]:
    """The header that says how long was waited at most."""
    return {"Preference-Applied": f"wait={wait_s}", "Vary": "Prefer"} if wait_s else {}
