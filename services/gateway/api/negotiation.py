"""What a client would rather have: a media type (RFC 9110, 12.5.1), and to wait or to ask again
(`Prefer: wait=N`, RFC 7240).
"""

import re

NAME = r"[\w!#$&^.+-]+"
RANGE = re.compile(rf"(\*|\*/\*|{NAME}/\*|{NAME}/{NAME})\s*(?:;(.*))?", re.ASCII)
QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([0-9]?\.?[0-9]{0,3})\s*(?:;|$)", re.ASCII | re.IGNORECASE)

MAX_WAIT_S = 60
PREFER = (
    f"`wait=N`: answer within N seconds, at most {MAX_WAIT_S}, as soon as the job is final; with"
    " `If-None-Match`, as soon as it has changed."
)

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PREFERENCE = re.compile(
    rf"\s*(?P<name>[^\s,;=\"]+)(?:\s*=\s*(?P<value>{_QUOTED}|[^\s,;\"]*))?"
    rf"(?:\s*;(?:[^,\"]|{_QUOTED})*)?\s*(?:,|$)"
)
"""A preference of the list, with its own parameters, which are none of ours."""

_SECONDS = re.compile("[0-9]{1,6}", re.ASCII)
MAX_PREFER_CHARS = 1_000


def read_wait(prefer: str | None) -> int:
    """How long to wait at most, in seconds; 0 where no such thing is preferred.

    What is not understood of a preference is passed over, and the first of two counts, as RFC 7240
    asks for.
    """
    for found in _PREFERENCE.finditer((prefer or "")[:MAX_PREFER_CHARS]):
        if found["name"].lower() == "wait":
            wanted = (found["value"] or "").strip('"')
            return min(MAX_WAIT_S, int(wanted)) if _SECONDS.fullmatch(wanted) else 0
    return 0


def tell_applied(wait_s: int) -> dict[str, str]:
    """The header that says how long was waited at most."""
    return {"Preference-Applied": f"wait={wait_s}", "Vary": "Prefer"} if wait_s else {}


def is_accepted(accept: str, offered: str) -> bool:
    """Whether a header takes a media type: its most exact range decides.

    A header that nobody can read says nothing.
    """
    qualities = _read_qualities(accept)
    return qualities is None or _quality_of(offered, qualities) > 0


def is_preferred(accept: str, offered: str, other: str) -> bool:
    """Whether a header names a media type, and takes no other one rather."""
    qualities = _read_qualities(accept) or {}
    quality = qualities.get(offered, 0.0)
    return quality > 0 and quality >= _quality_of(other, qualities)


def _read_qualities(accept: str) -> dict[str, float] | None:
    """What each range is worth; None where nobody can read it."""
    ranges = [RANGE.fullmatch(part.strip()) for part in accept.lower().split(",") if part.strip()]
    if not ranges or None in ranges:
        return None
    return {found[1]: _read_quality(found[2]) for found in ranges if found}


def _quality_of(offered: str, qualities: dict[str, float]) -> float:
    """What a media type is worth: its most exact range decides."""
    exact = (offered, f"{offered.partition('/')[0]}/*", "*/*", "*")
    return next((qualities[one] for one in exact if one in qualities), 0.0)


def _read_quality(parameters: str | None) -> float:
    found = QUALITY.search(parameters or "")
    return float(found[1]) if found and found[1] not in ("", ".") else 1.0
