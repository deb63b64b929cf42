"""Cursors of the list: a place in it, sealed for the filter that it was given for."""

import re

from services.gateway.api.problem import refuse_parameter
from services.gateway.database.place import Place
from services.gateway.listing.job_filter import JobFilter
from services.gateway.signing.signer import SealError, Signer

PLACE = re.compile(r"(-?[0-9]{1,18})\.([0-9a-f-]{1,36})", re.ASCII)


def write_cursor(signer: Signer, wanted: JobFilter, place: Place) -> str:
    """The cursor of the page that comes after a place."""
    return signer.seal(_purpose(wanted), f"{place.at_us}.{place.id}")


def read_cursor(signer: Signer, wanted: JobFilter, cursor: str | None) -> Place | None:
    """The place after which a page begins; None for the first page.

    Raises:
        ProblemError: 422; it was given by another list, or for another filter.
    """
    if cursor is None:
        return None
    try:
        match = PLACE.fullmatch(signer.open(_purpose(wanted), cursor))
    except SealError as error:
        detail = "not a cursor that this list has given for these filters: begin again without it"
        raise refuse_parameter("cursor", detail) from error
    assert match is not None
    return Place(int(match.group(1)), match.group(2))


def _purpose(wanted: JobFilter) -> str:
    return f"jobs {wanted.name}"
