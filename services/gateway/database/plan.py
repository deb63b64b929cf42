"""How a query is planned that goes along an index and ends early, as a page of a list does."""

from sqlalchemy import Connection

_OTHER_WAYS = (
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_sort",
    "enable_incremental_sort",
    "enable_hashjoin",
    "enable_mergejoin",
    "enable_material",
    # It compiles what is estimated to be long: for longer than such a query takes.
    "jit",
)
_PLAN_ALONG_INDEXES = "SELECT " + ", ".join(
    f"set_config('{name}', 'off', true)" for name in _OTHER_WAYS
)


def plan_along_indexes(connection: Connection) -> None:
    """Let the rest of the transaction read rows one by one, in the order of an index.

    PostgreSQL guesses how many rows there are, and where it takes a common word for a rare one
    (before its first `analyze`, and of words that came since) it would read and sort them all for
    a page. A way that is off is taken only where there is no other, so nothing hangs on its guess.
    SQLite has no other ways.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PLAN_ALONG_INDEXES)
