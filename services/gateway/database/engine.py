"""How each database is connected to, and what a transaction begins with. The psycopg importer."""

import sqlite3
from pathlib import Path
from time import monotonic, sleep  # noqa: TID251 - a lock that SQLite gives no way to wait for
from typing import Any

from psycopg import IsolationLevel, ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from services.gateway.database.fault import UnusableDatabaseError
from services.gateway.database.url import FORMS, is_postgresql, read_url

BUSY_TIMEOUT_MS = 5_000
WAL_RETRY_S = 0.01
OLDEST_POSTGRESQL = 13

IS_WRITER = "is_writer"

HOW_TO_WRITE = (
    f"signs like @ : / # in a password are written as %40 %3A %2F %23, it must be {FORMS}"
)

CONNECT: dict[str, str] = {
    "application_name": "brainshare-gateway",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""Unless the URL says otherwise. A server that is gone without a word is noticed within 25 s."""

SESSION = (
    "SET lock_timeout = '5s'",
    # Of a gateway that stands still in a transaction: its locks are not to hold up the others.
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET client_min_messages = 'warning'",
)
NUL, IN_ITS_PLACE = "\0", "\ufffd"

ONE_STATE = IsolationLevel.REPEATABLE_READ
"""What a read sees, however many statements it takes."""


class AnyText(StrDumperUnknown):
    """Writes every text. A server's holds no NUL, which may stand in what a client asks by, in why
    somebody acts, and in what a provider says of an error: a job that failed so must fail all the
    same."""

    def dump(self, obj: str) -> Any:
        """The text with the sign for what cannot be shown in place of each NUL."""
        return super().dump(obj.replace(NUL, IN_ITS_PLACE))


def make_engine(url: str, connections: int = 3) -> Engine:
    """Make an engine. It connects when it is first used.

    Args:
        connections: The most to a server.

    Raises:
        UnusableDatabaseError: The URL cannot be read.
    """
    if is_postgresql(url):
        return _make_postgresql(read_conninfo(url), connections)
    return _make_sqlite(make_url(read_url(url)))


def find_file(url: str) -> Path | None:
    """Where a database lies that is a file; None where it is a server, or in memory."""
    if is_postgresql(url):
        return None
    name = make_url(read_url(url)).database
    return Path(name) if name and name != ":memory:" and not name.startswith("file:") else None


def read_conninfo(url: str) -> str:
    """How libpq is told to connect: by the whole of the URL, so that every form of it counts.

    Raises:
        UnusableDatabaseError: It cannot be read.
    """
    try:
        named = {name: str(text) for name, text in conninfo_to_dict(read_url(url)).items() if text}
    except ProgrammingError:  # what it says may show the password
        named = {"host": "@"}
    # Where a password holds such a sign, the rest of it is taken for the host, and would be shown.
    if "@" in named.get("host", "") or not named.get("port", "0").replace(",", "").isdigit():
        raise UnusableDatabaseError(f"DATABASE_URL cannot be read: {HOW_TO_WRITE}")
    return make_conninfo(**(CONNECT | named))


def _make_postgresql(conninfo: str, connections: int) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # a server that was started again costs no request
        hide_parameters=True,
    )

    def tell(_dialect: object, _record: object, args: list[str], _named: object) -> None:
        args[:] = [conninfo]

    event.listen(engine, "do_connect", tell)
    event.listen(engine, "connect", _set_up_session)
    event.listen(engine, "begin", _begin_on_server)
    return engine


def _set_up_session(connection: Any, _record: object) -> None:
    version = connection.info.server_version
    if version < OLDEST_POSTGRESQL * 10_000:
        raise UnusableDatabaseError(
            f"the server is PostgreSQL {version // 10_000}: {OLDEST_POSTGRESQL} or newer is needed"
        )
    connection.adapters.register_dumper(str, AnyText)
    connection.autocommit = True
    for statement in SESSION:
        connection.execute(statement)
    connection.autocommit = False


def _begin_on_server(connection: Connection) -> None:
    """Let the driver begin, which it does with the first statement and says all of this with it."""
    is_writer = connection.get_execution_options().get(IS_WRITER)
    server: Any = connection.connection.dbapi_connection
    server.read_only = None if is_writer else True
    server.isolation_level = None if is_writer else ONE_STATE


def _make_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)  # an error tells no value of a row
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver would begin transactions late, at the first write: _begin does it instead.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    _turn_on_wal(connection)


def _turn_on_wal(connection: Any) -> None:
    """Let readers and the writer not wait for one another.

    Of two that turn it on in a new file at once, one is refused without its busy_timeout (SQLite
    calls no busy handler where waiting could be a deadlock): it tries again, as often as that.
    """
    until_s = monotonic() + BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= until_s:
                raise
        sleep(WAL_RETRY_S)


def _begin(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get(IS_WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
