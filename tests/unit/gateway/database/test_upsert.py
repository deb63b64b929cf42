"""The SQL is the same idea on both databases."""

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from services.gateway.database.upsert import build_insert
from services.gateway.migration.tables import METADATA

DIALECTS: list[Dialect] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
@pytest.mark.parametrize("table", METADATA.tables)
def test_every_table_can_be_upserted(dialect: Dialect, table: str) -> None:
    statement = build_insert(dialect.name, METADATA.tables[table], is_update=True)
    assert "ON CONFLICT" in str(statement.compile(dialect=dialect))
    statement = build_insert(dialect.name, METADATA.tables[table], is_update=False)
    assert "DO NOTHING" in str(statement.compile(dialect=dialect))
