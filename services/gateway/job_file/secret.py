"""What looks like a secret in a text. Pure, and in time linear in its size.

By its form, where it has one that nothing else has (the prefixes of well-known issuers, a JWT, a
private key), or by where it stands: after `Bearer`, after a name like `password=`, in an address.
"""

import re
from collections.abc import Iterator

STAND_IN = "redacted-"
"""Followed by a number: the same one for the same secret, so that equal values stay equal."""

_NOT_DONE = rf"(?!{STAND_IN}\d)"
_BEGIN = r"(?<![A-Za-z0-9_-])"
"""Tried once in a run of such signs, and not at each of its hyphens."""

_NAMES = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|authorization|signature|sig"
    r"|(?:api|access|secret|private|auth|account|signing)[ _-]?key)"
)
_ISSUERS = "bsk|bst|whsec|sk|pk|rk|ghp|gho|ghu|ghs|ghr|glpat|npm|hf|gsk|xai|pypi|dop_v1|shpat"
_QUOTE = r"\\?[\"']?"
BY_FORM = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    rf"{_BEGIN}(?:{_ISSUERS})[_-]{_NOT_DONE}"
    r"(?:(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{12,}|[A-Za-z_-]{20,})",
    rf"{_BEGIN}github_pat_[A-Za-z0-9_]{{20,}}",
    rf"{_BEGIN}xox[a-z]-[A-Za-z0-9-]{{10,}}",
    rf"{_BEGIN}(?:AKIA|ASIA|AGPA|AROA)[A-Z0-9]{{16}}\b",
    rf"{_BEGIN}AIza[A-Za-z0-9_-]{{30,}}",
    rf"{_BEGIN}ya29\.[A-Za-z0-9_-]{{20,}}",
    rf"{_BEGIN}SG\.[A-Za-z0-9_-]{{16,}}\.[A-Za-z0-9_-]{{16,}}",
    rf"{_BEGIN}eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]{{8,}}(?:\.[A-Za-z0-9_-]*)?",
)
BY_PLACE = (
    rf"\b(?:bearer|basic)\s+{_NOT_DONE}"
    r"(?P<scheme>(?=[A-Za-z+/._~-]*[0-9=])[A-Za-z0-9+/._~=-]{8,}|[A-Za-z+/._~-]{24,})",
    rf"(?<![A-Za-z]){_NAMES}{_QUOTE}\s*(?:=|:(?!//))\s*{_QUOTE}{_NOT_DONE}"
    r"(?!(?:bearer|basic)\s)(?P<named>[^\s\"',;&<>\\]{6,})",
    rf"://[^\s/:@]*:{_NOT_DONE}(?P<login>[^\s/@]+)@",
    r"[?&][A-Za-z_-]*(?:token|key|secret|password|signature|sig|code)="
    rf"{_NOT_DONE}(?P<query>[^\s&#\"'<>\\]{{6,}})",
)
FORM = re.compile("|".join(BY_FORM), re.DOTALL)
PLACE = re.compile("|".join(BY_PLACE), re.IGNORECASE)
LEAST_ANYWHERE = 8

Span = tuple[int, int]


def find_secrets(text: str) -> Iterator[Span]:
    """Where secrets begin and end in a text, in their order and apart from each other."""
    spans = [match.span() for match in FORM.finditer(text)]
    spans += [match.span(match.lastgroup or 0) for match in PLACE.finditer(text)]
    last = 0
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= last:
            yield begin, end
            last = end


def is_telling(secret: str) -> bool:
    """Whether it is one wherever it stands: else it is a word, and only its place makes it one."""
    is_long = len(secret) >= LEAST_ANYWHERE
    return is_long and any(c.isdigit() for c in secret) and any(c.isalpha() for c in secret)
