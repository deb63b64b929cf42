"""Opaque cursors: a place in a list, as a text that clients only give back."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from services.gateway.database.place import Place, Span

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ID = re.compile(rf"{UUID}|[a-z]+-[0-9]+-[0-9]+|[0-9a-f]{{12}}", re.ASCII)
"""A job, an act, a dead letter or a key."""


class CursorError(ValueError):
    """The text is no cursor of ours."""


def write_cursor(place: Place) -> str:
    """Write the cursor of the page that comes after a place."""
    return urlsafe_b64encode(f"{place.at_us}.{place.id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """Read what `write_cursor` wrote.

    Raises:
        CursorError: It did not write this.
    """
    try:
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
        at_us, _, identity = decoded.partition(".")
        place = Place(int(at_us), identity)
    except ValueError as error:
        raise CursorError("not a cursor that this list has given") from error
    is_ours = ID.fullmatch(place.id) and abs(place.at_us) < 2**63
    if not is_ours or write_cursor(place) != text:
        raise CursorError("not a cursor that this list has given")
    return place


def write_span_cursor(span: Span) -> str:
    """Write the cursor of what is left to go through; it says where that ends, too."""
    return ".".join(write_cursor(place) for place in (span.after, span.until) if place)


def read_span_cursor(text: str) -> Span:
    """Read what `write_span_cursor` wrote.

    Raises:
        CursorError: It did not write this.
    """
    after, _, until = text.partition(".")
    return Span(read_cursor(after), read_cursor(until))
