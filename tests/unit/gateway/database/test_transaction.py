"""What a transaction of each kind may do and see."""

import pytest
from sqlalchemy import Connection, text

from services.gateway.database.database import DatabaseUnavailableError, open_database


async def test_a_read_of_a_server_sees_one_state_and_writes_nothing(server_url: str) -> None:
    async with open_database(server_url) as database:
        for _ in range(2):  # the same connections serve both kinds in turn
            assert await database.write(show) == ("read committed", "off")
            assert await database.read(show) == ("repeatable read", "on")


async def test_a_read_that_would_write_is_refused(server_url: str) -> None:
    async with open_database(server_url) as database:
        with pytest.raises(DatabaseUnavailableError, match="read-only transaction"):
            await database.read(lambda connection: connection.execute(text("DELETE FROM jobs")))


def show(connection: Connection) -> tuple[str, str]:
    names = ("transaction_isolation", "transaction_read_only")
    told = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    return str(told[0]), str(told[1])
