"""What a library says, without the secrets that it was told."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

HIDDEN = "***"
MOST_CHARS = 300
LEAST_SECRET_CHARS = 4
"""What is shorter would blank half of a sentence, and guards nothing."""
SECRET_NAME = re.compile(r"secret|token|passw|key|sas|credential|connection_string", re.IGNORECASE)


def hide_in(text: str, secrets: Collection[str]) -> str:
    """A text in one line, cut, with each secret blanked; the longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= LEAST_SECRET_CHARS:
            text = text.replace(secret, HIDDEN)
    return " ".join(text.split())[:MOST_CHARS]


def find_in_options(options: Mapping[str, Any]) -> Iterator[str]:
    """The values of options whose names say that they are secrets, also those of inner ones."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from find_in_options(value)
        elif isinstance(value, str) and SECRET_NAME.search(name):
            yield value
