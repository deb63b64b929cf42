"""Opaque cursors: a place in the list of jobs, as a text that clients only give back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from services.gateway.store.moment import Place


class CursorError(ValueError):
    """The text is no cursor of ours."""


def write_cursor(place: Place) -> str:
    """Write the cursor of the page that comes after a place."""
    return urlsafe_b64encode(f"{place.accepted_us}.{place.job_id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """Read what `write_cursor` wrote.

    Raises:
        CursorError: It did not write this.
    """
    try:
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
        accepted_us, _, job_id = decoded.partition(".")
        place = Place(int(accepted_us), str(UUID(job_id)))
    except ValueError as error:
        raise CursorError("not a cursor that this list has given") from error
    if write_cursor(place) != text or abs(place.accepted_us) >= 2**63:
        raise CursorError("not a cursor that this list has given")
    return place
