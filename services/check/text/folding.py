"""When two names or values count as the same."""

import unicodedata


def fold(text: str) -> str:
    """Fold case, compatibility forms and white space away, so that look-alikes compare equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
