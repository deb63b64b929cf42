"""What a database says when it does not do what it was asked: is it to be waited for, or not?

DatabaseUnavailableError     locked, away, failing over: retryable
  FullDatabaseError            its disk has no room: retryable once there is
  UnusableDatabaseError        a wrong password, no such database, too old: a person has to act;
                               a gateway does not start with it, and one that runs waits
    DamagedDatabaseError       the file holds what SQLite cannot have written: it has to be replaced
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

LINE_CHARS = 300


class DatabaseUnavailableError(Exception):
    """The database is locked, full or away. What it was asked is undone, and may be asked again."""

    told = "the database is busy or away; nothing was changed, try again in a moment"
    """For people, in an answer."""


class FullDatabaseError(DatabaseUnavailableError):
    """The disk of the database has no room."""

    told = "the disk of the database is full; nothing was changed, try again once there is room"


class UnusableDatabaseError(DatabaseUnavailableError):
    """The database refuses us, until a person has changed something."""


class DamagedDatabaseError(UnusableDatabaseError):
    """The file is damaged."""


DISK_FULL = "53100"
"""PostgreSQL's SQLSTATE for it."""
DAMAGE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
PRIMARY_CODE = 0xFF
"""The part of SQLite's result codes that is the same for all of a kind: https://sqlite.org/rescode.html"""

MOVE_AWAY = (
    "the gateway's file is damaged; stop the gateway, move the file and those of its name with -wal"
    " and -shm away, and start it again: jobs come back from the topics, but not API keys and"
    " webhooks, which a copy of the file holds"
)

UNAVAILABLE = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""InternalError: what is written to a server that has become a standby is refused as read-only."""

REFUSALS: tuple[tuple[str, str], ...] = (
    ("password authentication failed", "correct the user or the password in DATABASE_URL"),
    ("no password supplied", "put the password into DATABASE_URL"),
    ('role "', "create the role, or correct the user in DATABASE_URL"),
    ('database "', "create the database, or correct its name in DATABASE_URL"),
    ("no pg_hba.conf entry", "let this host and user in, in the server's pg_hba.conf"),
    ("does not support SSL", "take sslmode out of DATABASE_URL, or let the server speak TLS"),
    (
        "certificate verify failed",
        "sslrootcert in DATABASE_URL has to name the authority of the server's certificate, and"
        " neither may be past its end",
    ),
    ("does not match host name", "name the server in DATABASE_URL as its certificate does"),
    ("valid client certificate", "set sslcert and sslkey in DATABASE_URL"),
    ("root certificate file", "correct the path of sslrootcert in DATABASE_URL"),
    ("alert unknown ca", "the server has to know the authority that signed sslcert"),
    ("group or world access", "let only the gateway's user read the file of sslkey"),
    ("certificate", "correct sslmode, sslrootcert, sslcert and sslkey in DATABASE_URL"),
    ("private key file", "correct sslkey in DATABASE_URL"),
    ("create temporary tables", "grant the user TEMPORARY on the database"),
    ("permission denied for database", "grant the user CREATE on the database"),
    ("permission denied", "grant the user CREATE and USAGE on the schema"),
    ("no schema has been selected", "correct the search_path of the user"),
    ("invalid connection option", "correct what stands behind the ? in DATABASE_URL"),
    ("invalid sslmode value", "correct sslmode in DATABASE_URL"),
)
"""What a server or the client says, and what to do. A refused connection has no SQLSTATE."""


@contextmanager
def translated() -> Iterator[None]:
    """Say in words of ours what a database raises; errors of statements pass as they are.

    Raises:
        DatabaseUnavailableError: It is to be asked again.
        FullDatabaseError: Before, its disk needs room.
        DamagedDatabaseError: Before, its file has to be replaced.
        UnusableDatabaseError: Before, somebody has to act.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        cause: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
        said = first_line(cause)
        if is_damage(cause):
            raise DamagedDatabaseError(f"{said}: {MOVE_AWAY}") from error
        if is_full(cause):
            raise FullDatabaseError(said) from error
        if is_refusal(cause):
            advice = next((advice for words, advice in REFUSALS if words in said), None)
            if advice is not None:
                raise UnusableDatabaseError(f"{said}: {advice}") from error
        if isinstance(error, UNAVAILABLE):
            raise DatabaseUnavailableError(f"{type(error).__name__}: {said}") from error
        raise


def is_damage(cause: BaseException | None) -> bool:
    """Whether a file cannot be read as SQLite has to have written it."""
    return isinstance(cause, sqlite3.Error) and (
        getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE in DAMAGE
    )


def is_full(cause: BaseException | None) -> bool:
    """Whether there is no room for what is to be written."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE == sqlite3.SQLITE_FULL
    return isinstance(cause, errors.Error) and cause.sqlstate == DISK_FULL


def is_refusal(cause: BaseException | None) -> bool:
    """Whether it is about who we are and what we ask for, and not about a statement."""
    if isinstance(cause, errors.ProgrammingError):
        return cause.sqlstate in (None, "42501", "3F000")
    return isinstance(cause, errors.OperationalError) and cause.sqlstate is None


def first_line(error: BaseException | None) -> str:
    """What an error says, without the statement and the values that it may show."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # Of a connection that was tried in several ways, what the server says counts.
    said = next((line for line in reversed(lines) if "FATAL" in line), lines[0] if lines else "")
    return said.removeprefix("connection failed: ")[:LINE_CHARS]
