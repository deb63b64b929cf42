"""Whose rows are seen. What a query does not see does not exist for who asks."""

from typing import Any

from sqlalchemy import Table

Sight = str | None
"""A tenant; None for all of them, and for the rows that are nobody's."""

ALL_TENANTS: Sight = None


def narrow(query: Any, table: Table, sight: Sight) -> Any:
    """The part of a query that is seen."""
    return query if sight is None else query.where(table.c.tenant == sight)
