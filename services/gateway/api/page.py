"""The parameters of a list that is read page by page, or followed."""

from typing import Annotated

from fastapi import Query

from schemas.tenant import TENANT_PATTERN
from services.gateway.api.cursor import CursorError, read_cursor
from services.gateway.api.problem import refuse_parameter
from services.gateway.database.place import Place

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]

Token = Annotated[str | None, Query(description="A stream token, in place of a key.")]

OfTenant = Annotated[
    str | None, Query(pattern=TENANT_PATTERN, description="Only this tenant's; for admins.")
]


def read_place(cursor: str | None) -> Place | None:
    """The place after which a page begins; None for the first page.

    Raises:
        ProblemError: 422; the text is no cursor.
    """
    try:
        return None if cursor is None else read_cursor(cursor)
    except CursorError as error:
        raise refuse_parameter("cursor", str(error)) from error
