"""Whose rows are seen. What a query does not see does not exist for who asks."""

from typing import Any

from sqlalchemy import ColumnElement, Table, or_

from schemas.canary import CANARY_TENANT

Sight = str | None
"""A tenant; None for all of them, and for the rows that are nobody's."""

ALL_TENANTS: Sight = None


def narrow(query: Any, table: Table, sight: Sight) -> Any:
    """The part of a query that is seen."""
    return query if sight is None else query.where(table.c.tenant == sight)


def narrow_list(query: Any, table: Table, sight: Sight) -> Any:
    """The same for a list: canaries are in nobody's but their own."""
    return query.where(is_no_canary(table)) if sight is None else narrow(query, table, sight)


def is_no_canary(table: Table) -> ColumnElement[bool]:
    """Whether a row is one that people ask for."""
    return or_(table.c.tenant.is_(None), table.c.tenant != CANARY_TENANT)
