"""Reads what results have taken."""

from dataclasses import fields

from sqlalchemy import Connection, func, select

from schemas.stage import StageName
from services.gateway.status.used import Used
from services.gateway.usage.table import RESULT_USAGE

_C = RESULT_USAGE.c
_NAMES = tuple(field.name for field in fields(Used))
_SUM = select(_C.stage, *(func.sum(_C[name]) for name in _NAMES)).group_by(_C.stage)


def sum_usage(connection: Connection) -> dict[StageName, Used]:
    """What the results of each stage have taken, all together."""
    # PostgreSQL sums large numbers as decimals.
    return {StageName(stage): Used(*map(int, sums)) for stage, *sums in connection.execute(_SUM)}
